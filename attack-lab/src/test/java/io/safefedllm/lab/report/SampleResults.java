package io.safefedllm.lab.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Made-up results for tests of files and figures. */
final class SampleResults {
    private SampleResults() {}

    static SimulationResult of(int rounds, String... arms) {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("arms", List.of(arms));
        settings.put("attack", "harmful-data");
        settings.put("clients", 10);
        settings.put("hostileClients", 3);
        settings.put("rounds", rounds);
        settings.put("seed", 1L);
        settings.put("learningRate", 0.003);
        List<ArmResult> results = new ArrayList<>();
        for (int i = 0; i < arms.length; i++) {
            results.add(arm(arms[i], rounds, i));
        }
        return new SimulationResult(settings, results);
    }

    static UpdateMap updates(int rounds) {
        Random dice = new Random(1);
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < rounds * 10; i++) {
            float[] row = new float[8];
            for (int j = 0; j < row.length; j++) {
                row[j] = (float) dice.nextGaussian() * 0.3f;
            }
            row[0] += i % 10 < 3 ? 1 : -1;
            rows.add(row);
        }
        PrincipalComponents plane = PrincipalComponents.of(rows);
        List<UpdatePoint> points = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            points.add(new UpdatePoint(i / 10 + 1, i % 10, i % 10 < 3, plane.x(i), plane.y(i)));
        }
        return new UpdateMap("fedavg", points, plane.varianceShare());
    }

    private static ArmResult arm(String name, int rounds, int index) {
        boolean defended = name.startsWith("safe") || name.equals("oracle");
        List<RoundResult> list = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            List<ClientResult> clients = new ArrayList<>();
            for (int client = 0; client < 10; client++) {
                boolean hostile = client % 4 == 1;
                double weight = defended && hostile ? 0 : 1.0 / (1 + (name.endsWith("client") ? client % 3 : 0));
                clients.add(new ClientResult(client, hostile, weight, weight == 0 ? "HARMFUL" : "OK", 2.5));
            }
            double safe = defended ? 100 - index * 0.4 : Math.max(20, 100 - round * (3.0 + index));
            list.add(new RoundResult(round, safe, defended && round == 3, null, clients));
        }
        double last = list.get(list.size() - 1).safeAnswersPercent();
        ArmSeconds seconds = new ArmSeconds(21.5, defended ? 20.1 : 0, 0.12, 0.04, 3.5);
        return new ArmResult(
                name,
                last,
                95.1,
                defended ? 0 : 0.3,
                defended ? 0 : 0.4,
                defended ? 0.97 : 1,
                defended ? 0.02 : 0,
                defended ? 1 : 0,
                seconds,
                list);
    }
}
