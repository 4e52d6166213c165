package io.safefedllm.strategy.journal;

import io.safefedllm.probe.feature.ViewSelector;
import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.journal.ClientLine.Judged;
import io.safefedllm.strategy.journal.ClientLine.ScoredView;
import io.safefedllm.strategy.trust.TrustReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tells in words what happened to one client: a sentence a round, and one that sums up. Stateless. */
public final class ClientStory {

    /**
     * What one round was for the client.
     *
     * @param round from 1
     * @param weight the weight, 0 for an absent client
     * @param sentence for people, without the round and without a full stop
     */
    public record Chapter(int round, double weight, String sentence) {}

    private final List<Chapter> chapters;
    private final String summary;

    private ClientStory(List<Chapter> chapters, String summary) {
        this.chapters = List.copyOf(chapters);
        this.summary = summary;
    }

    /** Tells the story of one client; a client that was never drawn has no chapters. */
    public static ClientStory of(RunHistory history, long nodeId) {
        List<ClientLine> lines = history.rounds().stream()
                .flatMap(round -> round.clients().stream())
                .filter(client -> client.nodeId() == nodeId)
                .toList();
        List<Chapter> chapters = new ArrayList<>();
        @Nullable Judged before = null;
        for (ClientLine line : lines) {
            chapters.add(new Chapter(line.round(), line.share().weight(), sentence(line, before)));
            before = line.verdict().orElse(before);
        }
        return new ClientStory(chapters, summary(lines));
    }

    /** Returns one chapter for each round in which the client was drawn, in order. */
    public List<Chapter> chapters() {
        return chapters;
    }

    /** Returns the whole story in one sentence. */
    public String summary() {
        return summary;
    }

    private static String sentence(ClientLine line, @Nullable Judged before) {
        if (!line.code().takesPart()) {
            String what = line.isPresent() ? "not counted" : "no reply";
            return what + (line.detail().isEmpty() ? "" : " (" + line.detail() + ")") + "; nothing changes";
        }
        List<String> parts = new ArrayList<>();
        parts.add(weight(line, before));
        line.verdict().ifPresent(verdict -> quarantine(verdict, before).ifPresent(parts::add));
        if (line.share().clip() < 1.0 && line.share().weight() > 0.0) {
            parts.add(fill("clipped to %s of its length", percent(line.share().clip())));
        }
        return String.join("; ", parts);
    }

    private static String weight(ClientLine line, @Nullable Judged before) {
        String weight = "weight " + fixed(line.share().weight());
        if (line.code() != ReplyCode.OK) {
            return weight + " because of " + line.code() + (line.detail().isEmpty() ? "" : " (" + line.detail() + ")");
        }
        Optional<Judged> verdict = line.verdict();
        if (verdict.isEmpty()) {
            return weight;
        }
        if (verdict.get().quarantined()) {
            boolean banned = verdict.get().reasons().contains(TrustReason.BANNED.key());
            String behaved = verdict.get().harmful() ? ", and " + harm(line, verdict.get()) : "";
            return weight + (banned ? " because it is barred for good" : " because it is in quarantine") + behaved;
        }
        if (verdict.get().harmful()) {
            return weight + " because " + harm(line, verdict.get());
        }
        return weight + clean(line, verdict.get(), before);
    }

    /** Names whose work the client sent; else what {@link #scores} says. */
    private static String harm(ClientLine line, Judged verdict) {
        if (verdict.reasons().contains(TrustReason.SERVER_STEP.key())) {
            return "it sent what an earlier round had changed";
        }
        if (verdict.reasons().contains(TrustReason.COPY.key())) {
            return line.share()
                    .likeness()
                    .twin()
                    .map(twin -> fill("it sent the same update as node %s", twin))
                    .orElse(TrustReason.COPY.sentence());
        }
        return scores(line, verdict);
    }

    /** Names the logit above the cut, or the worst score of the last harmful step; else the reasons as they stand. */
    private static String scores(ClientLine line, Judged verdict) {
        Optional<ScoredView> logit = verdict.reasons().contains(TrustReason.ADAPTER_SCORE.key())
                ? line.claim().views().stream()
                        .filter(view -> view.view().equals(ViewSelector.ALL_B.key()))
                        .findFirst()
                : Optional.empty();
        if (logit.isPresent()) {
            return fill(
                    "its logit %s in view %s lies above the cut of the round",
                    fixed(logit.get().z()), logit.get().view());
        }
        return line.claim().views().stream()
                .filter(ScoredView::harmful)
                .reduce((a, b) -> b.step() > a.step() || (b.step() == a.step() && b.p() > a.p()) ? b : a)
                .map(view -> scored(line, verdict, view))
                .orElseGet(() -> words(verdict.reasons()));
    }

    private static String scored(ClientLine line, Judged verdict, ScoredView view) {
        boolean steps = line.claim().totalSteps() > 1;
        String score = fill(
                "%s run%s scored %s in view %s, threshold %s",
                view.run().key(),
                steps ? ", step " + view.step() + "," : "",
                fixed(view.p()),
                view.view(),
                fixed(view.threshold()));
        return steps ? score + fill(", %s of its steps harmful", percent(verdict.harmfulShare())) : score;
    }

    private static String words(List<String> reasons) {
        String words = Arrays.stream(TrustReason.values())
                .filter(reason -> reasons.contains(reason.key()))
                .map(TrustReason::sentence)
                .collect(Collectors.joining(", "));
        return words.isEmpty() ? "the round counts as harmful" : words;
    }

    private static String clean(ClientLine line, Judged verdict, @Nullable Judged before) {
        StringBuilder text = new StringBuilder();
        if (before != null && verdict.trust() > before.trust() && verdict.trust() < verdict.omega()) {
            text.append(fill(", trust grows from %s", fixed(before.trust())));
        } else if (before != null && verdict.trust() < before.trust()) {
            text.append(fill(", its level weight is %s", fixed(verdict.omega())));
        }
        if (line.share().duplicates() > 1) {
            text.append(fill(", shared among %d equal replies", line.share().duplicates()));
        }
        return text.toString();
    }

    private static Optional<String> quarantine(Judged now, @Nullable Judged before) {
        boolean freed = before != null && before.quarantined() && before.quarantineLeft() == 0;
        if (now.reasons().contains(TrustReason.BANNED.key())) {
            return Optional.empty();
        }
        if (now.quarantined()) {
            return Optional.of(
                    now.quarantineLeft() == 0
                            ? "the quarantine ends"
                            : participations(
                                    now.quarantineLeft(),
                                    now.harmful() ? "the quarantine starts again, %s" : "%s left"));
        }
        if (now.quarantineLeft() > 0) {
            return Optional.of(participations(now.quarantineLeft(), "quarantined for the next %s"));
        }
        return freed ? Optional.of("reinstated") : Optional.empty();
    }

    private static String participations(int count, String pattern) {
        return fill(pattern, count + (count == 1 ? " participation" : " participations"));
    }

    private static String summary(List<ClientLine> lines) {
        List<ClientLine> present = lines.stream().filter(ClientLine::isPresent).toList();
        if (present.isEmpty()) {
            return lines.isEmpty() ? "never drawn" : fill("drawn %d times, never replied", lines.size());
        }
        long refused =
                present.stream().filter(line -> line.code().isViolation()).count();
        long harmful = present.stream()
                .filter(line -> line.code() == ReplyCode.OK
                        && line.verdict().map(Judged::harmful).orElse(false))
                .count();
        double mean = present.stream()
                .mapToDouble(line -> line.share().weight())
                .average()
                .orElse(0.0);
        return fill(
                "%d replies, %d refused, %d harmful%s; mean weight %s, last %s",
                present.size(),
                refused,
                harmful,
                quarantines(present),
                fixed(mean),
                fixed(present.get(present.size() - 1).share().weight()));
    }

    private static String quarantines(List<ClientLine> present) {
        long starts = present.stream()
                .filter(line -> line.verdict()
                        .map(verdict -> verdict.reasons().contains(TrustReason.QUARANTINE_STARTS.key()))
                        .orElse(false))
                .count();
        return starts == 0 ? "" : starts == 1 ? ", quarantined once" : fill(", quarantined %d times", starts);
    }

    private static String fixed(double value) {
        return fill("%.2f", value);
    }

    private static String percent(double share) {
        return fill("%.0f %%", 100.0 * share);
    }

    private static String fill(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
