package io.safefedllm.strategy.aggregate;

import java.util.Optional;

/** What came of combining the rows of a round: an {@link Aggregate}, or why there is none (BL-0.3). */
public sealed interface RuleOutcome permits Aggregate, NoAggregate {

    /** Returns the aggregate, if there is one. */
    default Optional<Aggregate> aggregate() {
        return this instanceof Aggregate aggregate ? Optional.of(aggregate) : Optional.empty();
    }

    /** Returns why there is no aggregate, if there is none. */
    default Optional<NoAggregate.Reason> reason() {
        return this instanceof NoAggregate none ? Optional.of(none.why()) : Optional.empty();
    }
}
