package io.qanat.alarm.camel;

import io.qanat.alarm.AlarmRule;
import io.qanat.alarm.Levels;
import io.qanat.alarm.Notices;
import io.qanat.alarm.Notices.FloodLimit;
import io.qanat.alarm.Notices.Severities;
import io.qanat.alarm.RunningAlarms;
import io.qanat.alarm.Timing;
import io.qanat.api.Alarm;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Predicate;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * Raise, escalate and clear alarms by the scores of a model.
 *
 * <p>As a producer it takes a Score and gives an Alarm when there is something to tell; otherwise the exchange ends here. As
 * a consumer it gives the changes that no window brings: those by persons and by the clock.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "alarm",
        title = "Alarm",
        syntax = "alarm:name",
        category = {Category.IOT})
public class AlarmEndpoint extends DefaultEndpoint {
    private static final int HIGH_HIGH_MORE = 250;
    private static final int MOST_SEVERE = 1000;

    @UriPath(description = "Name of the alarm, as the cloud is told it. Steps with the same name share its states.")
    @Metadata(required = true)
    private String name = "";

    @UriParam(
            label = "producer",
            description = "The score from which windows speak for raising. The default is the threshold that the model"
                    + " gives with each score.")
    private @Nullable Double raiseAbove;

    @UriParam(
            label = "producer",
            description = "The score below which windows speak for clearing; not above raiseAbove. The default is 0.8"
                    + " times the level for raising.")
    private @Nullable Double clearBelow;

    @UriParam(
            label = "producer",
            description = "The score from which windows speak for the level high-high, above raiseAbove. Without it"
                    + " there is no such level.")
    private @Nullable Double highHighAbove;

    @UriParam(
            label = "producer",
            description = "The score below which windows speak for leaving the level high-high. The default is 0.8"
                    + " times highHighAbove.")
    private @Nullable Double highHighClearBelow;

    @UriParam(
            label = "producer",
            description = "How fast the score may rise, per second of the source's time; a faster rise raises the alarm"
                    + " at the level rate. Without it it may rise as it likes.")
    private @Nullable Double rateAbove;

    @UriParam(
            label = "producer",
            defaultValue = "2",
            description = "How many windows of an asset it takes to raise, at least 1: in a row, or of raiseOf.")
    private int raiseAfter = 2;

    @UriParam(
            label = "producer",
            description = "Of how many windows raiseAfter must exceed the limit, raiseAfter to 64 (N of M). The default"
                    + " is raiseAfter, so that it takes windows in a row.")
    private @Nullable Integer raiseOf;

    @UriParam(
            label = "producer",
            defaultValue = "4",
            description = "How many windows of an asset in a row it takes to clear, at least 1.")
    private int clearAfter = 4;

    @UriParam(
            label = "producer",
            defaultValue = "0",
            description = "How long raiseAfter must hold before the alarm is raised, in milliseconds of the source's"
                    + " time (on-delay).")
    private long onDelay;

    @UriParam(
            label = "producer",
            defaultValue = "0",
            description = "How long clearAfter must hold before the alarm is cleared, in milliseconds of the source's"
                    + " time (off-delay).")
    private long offDelay;

    @UriParam(
            label = "producer",
            defaultValue = "500",
            description = "How urgent the alarm is at the level high, 1 to 1000 as in OPC UA. It travels as the header"
                    + " QanatSeverity; an outbox makes the message's priority of it: up to 250 low, 500 medium,"
                    + " 750 high, above critical.")
    private int severity = Alarm.DEFAULT_SEVERITY;

    @UriParam(
            label = "producer",
            description = "The same at the level high-high. The default is 250 above severity, at most 1000.")
    private @Nullable Integer highHighSeverity;

    @UriParam(label = "producer", description = "The same at the level rate. The default is severity.")
    private @Nullable Integer rateSeverity;

    @UriParam(
            label = "producer",
            defaultValue = "0",
            description = "A new peak of the score is told when it is so much above the one that was told last; 0 tells"
                    + " none.")
    private double peakStep;

    @UriParam(
            label = "producer",
            defaultValue = "false",
            description = "Whether the alarm stays active until a person resets it.")
    private boolean latch;

    @UriParam(
            label = "producer",
            defaultValue = "true",
            description = "Whether a person is to acknowledge the alarm; it stays in the list until then.")
    private boolean acknowledge = true;

    @UriParam(
            label = "producer",
            defaultValue = "0",
            description = "After which time the alarm is told again while it is active and nobody has acknowledged it,"
                    + " in milliseconds by the gateway's clock; 0 is never.")
    private long realarm;

    @UriParam(
            label = "producer",
            defaultValue = "28800000",
            description = "The longest time for which the alarm may be shelved, in milliseconds; by default 8 hours.")
    private long maxShelve = Duration.ofHours(8).toMillis();

    @UriParam(
            label = "producer",
            description = "Names of alarms, separated by commas: while one of them is active for the same asset nothing"
                    + " is told of this one (suppressed by design).")
    private String suppressedBy = "";

    @UriParam(
            label = "producer",
            description = "A condition in Camel's Simple language: while it holds for a window's exchange nothing is"
                    + " told of the asset's alarm (suppressed by design). The header QanatSuppressed, true, does the"
                    + " same, so that any language can decide.")
    private String suppressedWhen = "";

    @UriParam(
            label = "producer",
            defaultValue = "0",
            description = "How many new alarms of all assets within floodPeriod are told one by one; while there are"
                    + " more, one alarm of the asset * stands for all new ones. 0 is no limit.")
    private int floodLimit;

    @UriParam(
            label = "producer",
            defaultValue = "600000",
            description = "The time to which floodLimit belongs, in milliseconds of the source's time.")
    private long floodPeriod = Duration.ofMinutes(10).toMillis();

    public AlarmEndpoint(String uri, AlarmComponent component) {
        super(uri, component);
    }

    private RunningAlarms alarms() {
        return ((AlarmComponent) getComponent()).alarms();
    }

    @Override
    public Producer createProducer() {
        return new AlarmProducer(this, alarms());
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        AlarmConsumer consumer = new AlarmConsumer(this, processor, alarms());
        configureConsumer(consumer);
        return consumer;
    }

    AlarmRule rule() {
        return new AlarmRule(levels(), timing(), notices());
    }

    private Levels levels() {
        return new Levels(
                level(raiseAbove),
                level(clearBelow),
                level(highHighAbove),
                level(highHighClearBelow),
                level(rateAbove));
    }

    private Timing timing() {
        return new Timing(
                raiseAfter,
                raiseOf == null ? Math.max(1, raiseAfter) : raiseOf,
                clearAfter,
                Duration.ofMillis(onDelay),
                Duration.ofMillis(offDelay));
    }

    private Notices notices() {
        return new Notices(
                severities(),
                peakStep,
                latch,
                acknowledge,
                Duration.ofMillis(realarm),
                Duration.ofMillis(maxShelve),
                Stream.of(suppressedBy.split(","))
                        .map(String::strip)
                        .filter(other -> !other.isEmpty())
                        .toList(),
                floodLimit == 0
                        ? Optional.empty()
                        : Optional.of(new FloodLimit(floodLimit, Duration.ofMillis(floodPeriod))));
    }

    private Severities severities() {
        return new Severities(
                severity,
                highHighSeverity == null ? Math.min(severity + HIGH_HIGH_MORE, MOST_SEVERE) : highHighSeverity,
                rateSeverity == null ? severity : rateSeverity);
    }

    /** The condition of {@code suppressedWhen}. */
    Optional<Predicate> suppressedWhen() {
        return suppressedWhen.isBlank()
                ? Optional.empty()
                : Optional.of(getCamelContext().resolveLanguage("simple").createPredicate(suppressedWhen));
    }

    private static OptionalDouble level(@Nullable Double level) {
        return level == null ? OptionalDouble.empty() : OptionalDouble.of(level);
    }

    public String getName() {
        return name;
    }

    public void setName(String name) {
        this.name = name;
    }

    public @Nullable Double getRaiseAbove() {
        return raiseAbove;
    }

    public void setRaiseAbove(@Nullable Double raiseAbove) {
        this.raiseAbove = raiseAbove;
    }

    public @Nullable Double getClearBelow() {
        return clearBelow;
    }

    public void setClearBelow(@Nullable Double clearBelow) {
        this.clearBelow = clearBelow;
    }

    public @Nullable Double getHighHighAbove() {
        return highHighAbove;
    }

    public void setHighHighAbove(@Nullable Double highHighAbove) {
        this.highHighAbove = highHighAbove;
    }

    public @Nullable Double getHighHighClearBelow() {
        return highHighClearBelow;
    }

    public void setHighHighClearBelow(@Nullable Double highHighClearBelow) {
        this.highHighClearBelow = highHighClearBelow;
    }

    public @Nullable Double getRateAbove() {
        return rateAbove;
    }

    public void setRateAbove(@Nullable Double rateAbove) {
        this.rateAbove = rateAbove;
    }

    public int getRaiseAfter() {
        return raiseAfter;
    }

    public void setRaiseAfter(int raiseAfter) {
        this.raiseAfter = raiseAfter;
    }

    public @Nullable Integer getRaiseOf() {
        return raiseOf;
    }

    public void setRaiseOf(@Nullable Integer raiseOf) {
        this.raiseOf = raiseOf;
    }

    public int getClearAfter() {
        return clearAfter;
    }

    public void setClearAfter(int clearAfter) {
        this.clearAfter = clearAfter;
    }

    public long getOnDelay() {
        return onDelay;
    }

    public void setOnDelay(long onDelay) {
        this.onDelay = onDelay;
    }

    public long getOffDelay() {
        return offDelay;
    }

    public void setOffDelay(long offDelay) {
        this.offDelay = offDelay;
    }

    public int getSeverity() {
        return severity;
    }

    public void setSeverity(int severity) {
        this.severity = severity;
    }

    public @Nullable Integer getHighHighSeverity() {
        return highHighSeverity;
    }

    public void setHighHighSeverity(@Nullable Integer highHighSeverity) {
        this.highHighSeverity = highHighSeverity;
    }

    public @Nullable Integer getRateSeverity() {
        return rateSeverity;
    }

    public void setRateSeverity(@Nullable Integer rateSeverity) {
        this.rateSeverity = rateSeverity;
    }

    public double getPeakStep() {
        return peakStep;
    }

    public void setPeakStep(double peakStep) {
        this.peakStep = peakStep;
    }

    public boolean isLatch() {
        return latch;
    }

    public void setLatch(boolean latch) {
        this.latch = latch;
    }

    public boolean isAcknowledge() {
        return acknowledge;
    }

    public void setAcknowledge(boolean acknowledge) {
        this.acknowledge = acknowledge;
    }

    public long getRealarm() {
        return realarm;
    }

    public void setRealarm(long realarm) {
        this.realarm = realarm;
    }

    public long getMaxShelve() {
        return maxShelve;
    }

    public void setMaxShelve(long maxShelve) {
        this.maxShelve = maxShelve;
    }

    public String getSuppressedBy() {
        return suppressedBy;
    }

    public void setSuppressedBy(String suppressedBy) {
        this.suppressedBy = suppressedBy;
    }

    public String getSuppressedWhen() {
        return suppressedWhen;
    }

    public void setSuppressedWhen(String suppressedWhen) {
        this.suppressedWhen = suppressedWhen;
    }

    public int getFloodLimit() {
        return floodLimit;
    }

    public void setFloodLimit(int floodLimit) {
        this.floodLimit = floodLimit;
    }

    public long getFloodPeriod() {
        return floodPeriod;
    }

    public void setFloodPeriod(long floodPeriod) {
        this.floodPeriod = floodPeriod;
    }
}
