package io.qanat.api;

import java.util.List;

/** A service that each stage registers: everything that shows health or progress reads only this. Threads: any. */
public interface StageStatusSource {
    /** One status per named part of the stage; empty while no route uses it. */
    List<StageStatus> status();
}
