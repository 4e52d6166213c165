package io.safefedllm.app.doctor;

import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.app.failure.FailureReport;
import io.safefedllm.flower.app.SuperLinkFacts;
import io.safefedllm.flower.app.SuperLinkOptions;
import io.safefedllm.flower.app.SuperLinks;
import io.safefedllm.flower.link.SuperLinkAddress;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import io.safefedllm.flower.link.tls.TlsQuestion;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** What the doctor finds at an address: connection, APIs, release, secret and clock; nothing there is changed. */
final class SuperLinkFindings {
    private static final Set<Status> NO_CONNECTION = Set.of(Status.TLS, Status.UNAVAILABLE, Status.DEADLINE_EXCEEDED);
    private static final String EXECUTOR = "executor";
    private static final String FLEET = "fleet";

    private final SuperLinkAddress address;
    private final SuperLinkOptions options;
    private final List<Finding> findings = new ArrayList<>();

    SuperLinkFindings(SuperLinkAddress address, SuperLinkOptions options) {
        this.address = address;
        this.options = options;
    }

    /** Asks and returns what was found, in the order in which a connection is made. */
    List<Finding> look() {
        Answer executor = ask(() -> SuperLinks.executorGeneration(address, options));
        Optional<TransportException> dead =
                executor.problem().filter(problem -> NO_CONNECTION.contains(problem.status()));
        if (dead.isPresent()) {
            findings.add(Finding.bad("connection", dead.get().getMessage() + certificate(), codeOf(dead.get())));
            return findings;
        }
        Answer fleet = ask(() -> SuperLinks.fleetGeneration(address, options));
        findings.add(Finding.good(
                "connection",
                options.security().isTls() ? "TLS" + certificate() : "plaintext, neither encrypted nor authenticated"));
        addApis(executor, fleet);
        findings.add(Finding.good("release", release(executor, fleet)));
        findings.add(Finding.good("secret", secret(executor)));
        findings.add(clock(fleet));
        return findings;
    }

    /** Up to Flower 1.39 a port has one API only, so the other one's absence is no trouble; a refusal is. */
    private void addApis(Answer executor, Answer fleet) {
        boolean oneIsThere =
                executor.generation().isPresent() || fleet.generation().isPresent();
        findings.add(finding(EXECUTOR, executor, "serve", oneIsThere));
        findings.add(finding(FLEET, fleet, "node", oneIsThere));
    }

    private static Finding finding(String what, Answer answer, String verb, boolean otherIsThere) {
        if (answer.generation().isPresent()) {
            return Finding.good(what, answer.generation().get() + ", ready for " + verb);
        }
        TransportException problem = answer.problem().orElseThrow();
        boolean absent = problem.status() == Status.UNIMPLEMENTED || problem.status() == Status.PROTOCOL;
        return absent && otherIsThere
                ? Finding.good(what, "not here: " + problem.getMessage())
                : Finding.bad(what, problem.getMessage(), codeOf(problem));
    }

    private String release(Answer executor, Answer fleet) {
        return SuperLinkFacts.release(address, options)
                .map(version -> "Flower " + version)
                .or(() -> executor.generation().map(SuperLinkFindings::releases))
                .or(() -> fleet.generation()
                        .map(transport -> "Flower up to 1.39; a gRPC Fleet API does not name its release"))
                .orElse("cannot be known from here");
    }

    private static String releases(String generation) {
        return switch (generation) {
            case "grpc-classic" -> "Flower 1.26 to 1.29; it does not say which";
            case "grpc-task" -> "Flower 1.30 to 1.33; it does not say which";
            case "grpc-runtime" -> "Flower 1.34";
            case "http-claim" -> "Flower 1.35 to 1.38; it does not say which";
            default -> "Flower 1.39 or newer; it does not say which";
        };
    }

    private String secret(Answer executor) {
        boolean given = options.hasSuperExecSecret();
        if (executor.problem().map(TransportException::status).equals(Optional.of(Status.UNAUTHENTICATED))) {
            return given ? "wanted, and the one given is not accepted" : "wanted by the executor API";
        }
        if (executor.generation().isEmpty()) {
            return "cannot be known from here";
        }
        if (!given) {
            return "not wanted by the executor API";
        }
        boolean wanted = ask(() -> SuperLinks.executorGeneration(address, options.withoutSuperExecSecret()))
                .problem()
                .isPresent();
        return wanted ? "wanted, and the one given is accepted" : "not wanted; the one given is not looked at";
    }

    private Finding clock(Answer fleet) {
        boolean grpc = fleet.generation().equals(Optional.of("grpc"));
        Optional<Duration> lead = SuperLinkFacts.clockLead(address, options, grpc);
        if (lead.isEmpty()) {
            return Finding.good(
                    "clock",
                    "cannot be known from here: this API does not tell the time; ask the Fleet address, or give the secret if"
                            + " one is wanted");
        }
        String text = "this machine's clock is " + SuperLinkFacts.inWords(lead.get()) + " the SuperLink's";
        return SuperLinkFacts.isRefusedWith(lead.get())
                ? Finding.bad(
                        "clock",
                        text
                                + ", which takes signatures at most 5 seconds ahead and 5 minutes behind; set both from a time"
                                + " server",
                        FailureCode.CLOCK)
                : Finding.good("clock", text + ", to about a second");
    }

    private String certificate() {
        return SuperLinkFacts.certificate(address, options)
                .map(TlsQuestion.Answer::certificate)
                .map(SuperLinkFindings::describe)
                .orElse("");
    }

    private static String describe(X509Certificate certificate) {
        return "; its certificate: subject " + certificate.getSubjectX500Principal() + ", issuer "
                + certificate.getIssuerX500Principal() + ", valid until "
                + certificate.getNotAfter().toInstant();
    }

    private static FailureCode codeOf(TransportException problem) {
        return FailureReport.of(problem).code();
    }

    private static Answer ask(Supplier<String> question) {
        try {
            return new Answer(Optional.of(question.get()), Optional.empty());
        } catch (TransportException e) {
            return new Answer(Optional.empty(), Optional.of(e));
        }
    }

    /** A generation, or why there is none. */
    private record Answer(Optional<String> generation, Optional<TransportException> problem) {}
}
