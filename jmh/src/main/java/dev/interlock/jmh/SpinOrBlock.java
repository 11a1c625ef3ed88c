package dev.interlock.jmh;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.awt.Color;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs {@link SpinOrBlockBenchmark}, and makes a table and a chart of the JSON that JMH has written.
 *
 * <p>{@code java -cp jmh/target/benchmarks.jar dev.interlock.jmh.SpinOrBlock jmh/results 1 2 4 8 16}, about ten minutes on a
 * quiet machine, leaves {@code spin-or-block.json}, and draws {@code spin-or-block.md} and {@code spin-or-block.png} from
 * it. Without numbers of threads it only draws.
 */
public final class SpinOrBlock {
    private static final String NAME = "spin-or-block";
    private static final List<String> SLEEPERS = List.of("Mutex", "synchronized", "ReentrantLock");

    private static final String HEAD = """
            # Spin or block

            Entries per millisecond of all threads together, ± the half width of JMH's 99.9 % interval. The best lock that spins
            and the best that sleeps are bold; the last column is their ratio: above 1, spinning is ahead.

            Machine: {machine}. Each figure: {effort}.

                java -cp jmh/target/benchmarks.jar dev.interlock.jmh.SpinOrBlock jmh/results 1 2 4 8 16

            ![chart]({name}.png)

            """;

    private SpinOrBlock() {}

    /**
     * Runs and draws.
     *
     * @param args the directory, and the numbers of threads to run with
     * @throws IOException if a file cannot be read or written
     * @throws RunnerException if a benchmark fails
     */
    public static void main(String[] args) throws IOException, RunnerException {
        if (args.length == 0) {
            throw new IllegalArgumentException("usage: DIRECTORY THREADS...");
        }
        Path directory = Files.createDirectories(Path.of(args[0]));
        if (args.length > 1) {
            run(directory, Arrays.copyOfRange(args, 1, args.length));
        }
        draw(directory);
    }

    private static void run(Path directory, String... threads) throws IOException, RunnerException {
        new Runner(new OptionsBuilder()
                        .include("\\b" + SpinOrBlockBenchmark.class.getSimpleName() + "\\b")
                        .param("threads", threads)
                        .shouldFailOnError(true)
                        .resultFormat(ResultFormatType.JSON)
                        .result(directory.resolve(NAME + ".json").toString())
                        .build())
                .run();
        Files.writeString(directory.resolve(NAME + ".machine"), machine() + "\n");
    }

    private static String machine() throws IOException {
        Path cpus = Path.of("/proc/cpuinfo");
        Optional<String> model = Optional.empty();
        if (Files.isReadable(cpus)) {
            try (Stream<String> lines = Files.lines(cpus)) {
                model = lines.filter(line -> line.startsWith("model name"))
                        .map(line -> line.substring(line.indexOf(':') + 1).strip())
                        .findFirst();
            }
        }
        return String.format(
                Locale.ROOT,
                "%d CPUs (%s, %s), %s %s, %s %s, %s",
                Runtime.getRuntime().availableProcessors(),
                model.orElse("unknown"),
                System.getProperty("os.arch"),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("java.vm.name"),
                System.getProperty("java.vm.version"),
                LocalDate.now());
    }

    private static void draw(Path directory) throws IOException {
        Results results = new Results();
        results.read(directory.resolve(NAME + ".json"));
        String machine = Files.readString(directory.resolve(NAME + ".machine")).strip();
        Files.writeString(directory.resolve(NAME + ".md"), results.table(machine));
        BitmapEncoder.saveBitmap(
                results.charts(),
                2,
                (results.sections().size() + 1) / 2,
                directory.resolve(NAME).toString(),
                BitmapEncoder.BitmapFormat.PNG);
    }

    /** What was measured under which conditions. */
    private record Setting(String impl, long nanos, int threads) {}

    /** A score of JMH, with the half width of its interval of confidence. */
    private record Score(double value, double error) {
        boolean isSurelyAbove(Score other) {
            return value - error > other.value + other.error;
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, value < 100 ? "%.1f ± %.1f" : "%.0f ± %.0f", value, error);
        }
    }

    private static final class Results {
        private final Map<Setting, Score> scores = new TreeMap<>(Comparator.comparingLong(Setting::nanos)
                .thenComparingInt(Setting::threads)
                .thenComparing(Setting::impl));
        private final Collection<String> impls = new ArrayList<>();
        private String effort;

        void read(Path file) throws IOException {
            try (Reader text = Files.newBufferedReader(file)) {
                for (JsonElement each : JsonParser.parseReader(text).getAsJsonArray()) {
                    JsonObject run = each.getAsJsonObject();
                    effort = String.format(
                            "%s fork, %s iterations of %s",
                            run.get("forks").getAsString(),
                            run.get("measurementIterations").getAsString(),
                            run.get("measurementTime").getAsString());
                    JsonObject params = run.getAsJsonObject("params");
                    JsonObject metric = run.getAsJsonObject("secondaryMetrics").getAsJsonObject("entered");
                    String impl = params.get("impl").getAsString();
                    if (!impls.contains(impl)) {
                        impls.add(impl);
                    }
                    scores.put(
                            new Setting(
                                    impl,
                                    params.get("nanos").getAsLong(),
                                    params.get("threads").getAsInt()),
                            new Score(
                                    metric.get("score").getAsDouble(),
                                    metric.get("scoreError").getAsDouble()));
                }
            }
        }

        SortedSet<Long> sections() {
            SortedSet<Long> sections = new TreeSet<>();
            scores.keySet().forEach(setting -> sections.add(setting.nanos));
            return sections;
        }

        private SortedSet<Integer> threads() {
            SortedSet<Integer> threads = new TreeSet<>();
            scores.keySet().forEach(setting -> threads.add(setting.threads));
            return threads;
        }

        String table(String machine) {
            StringBuilder text = new StringBuilder(HEAD.replace("{machine}", machine)
                    .replace("{effort}", effort)
                    .replace("{name}", NAME));
            text.append("| inside, ns | threads | ")
                    .append(String.join(" | ", impls))
                    .append(" | spin / sleep |\n");
            text.append("|---".repeat(impls.size() + 3)).append("|\n");
            for (long nanos : sections()) {
                for (int threads : threads()) {
                    row(text, nanos, threads);
                }
            }
            text.append("\n## Where the crossover lies, in numbers of threads\n\n");
            for (long nanos : sections()) {
                text.append("- ")
                        .append(nanos)
                        .append(" ns inside: ")
                        .append(crossover(nanos))
                        .append('\n');
            }
            return text.toString();
        }

        private void row(StringBuilder text, long nanos, int threads) {
            String spinner = best(nanos, threads, false);
            String sleeper = best(nanos, threads, true);
            if (spinner == null || sleeper == null) {
                return;
            }
            text.append("| ").append(nanos).append(" | ").append(threads);
            for (String impl : impls) {
                Score score = score(impl, nanos, threads);
                String mark = impl.equals(spinner) || impl.equals(sleeper) ? "**" : "";
                text.append(" | ")
                        .append(mark)
                        .append(score == null ? "" : score)
                        .append(mark);
            }
            text.append(String.format(Locale.ROOT, " | %.2f |%n", ratio(nanos, threads)));
        }

        private String crossover(long nanos) {
            List<String> spinning = new ArrayList<>();
            List<String> sleeping = new ArrayList<>();
            List<String> open = new ArrayList<>();
            for (int threads : threads()) {
                if (best(nanos, threads, false) == null || best(nanos, threads, true) == null) {
                    continue;
                }
                Score spinner = score(best(nanos, threads, false), nanos, threads);
                Score sleeper = score(best(nanos, threads, true), nanos, threads);
                (spinner.isSurelyAbove(sleeper) ? spinning : sleeper.isSurelyAbove(spinner) ? sleeping : open)
                        .add(Integer.toString(threads));
            }
            return "spinning is ahead with " + listed(spinning) + ", sleeping with " + listed(sleeping)
                    + "; within the errors: " + listed(open) + ".";
        }

        private static String listed(List<String> threads) {
            return threads.isEmpty() ? "none" : String.join(", ", threads);
        }

        private Score score(String impl, long nanos, int threads) {
            return scores.get(new Setting(impl, nanos, threads));
        }

        private double ratio(long nanos, int threads) {
            return score(best(nanos, threads, false), nanos, threads).value
                    / score(best(nanos, threads, true), nanos, threads).value;
        }

        private String best(long nanos, int threads, boolean sleeps) {
            return impls.stream()
                    .filter(impl -> SLEEPERS.contains(impl) == sleeps)
                    .filter(impl -> scores.containsKey(new Setting(impl, nanos, threads)))
                    .max(Comparator.comparingDouble(impl -> score(impl, nanos, threads).value))
                    .orElse(null);
        }

        List<XYChart> charts() {
            List<XYChart> charts = new ArrayList<>();
            for (long nanos : sections()) {
                XYChart chart = new XYChartBuilder()
                        .width(720)
                        .height(480)
                        .title(nanos + " ns inside")
                        .xAxisTitle("threads")
                        .yAxisTitle("entries / ms")
                        .build();
                chart.getStyler()
                        .setYAxisLogarithmic(true)
                        .setXAxisMaxLabelCount(threads().size());
                chart.getStyler().setChartBackgroundColor(Color.WHITE);
                chart.setCustomXAxisTickLabelsFormatter(log -> String.valueOf(Math.round(Math.pow(2, log))));
                chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
                for (String impl : impls) {
                    addSeries(chart, impl, nanos);
                }
                charts.add(chart);
            }
            return charts;
        }

        private void addSeries(XYChart chart, String impl, long nanos) {
            List<Double> x = new ArrayList<>();
            List<Double> y = new ArrayList<>();
            for (int threads : threads()) {
                Score score = score(impl, nanos, threads);
                if (score != null) {
                    x.add(Math.log(threads) / Math.log(2));
                    y.add(score.value);
                }
            }
            if (!x.isEmpty()) {
                XYSeries series = chart.addSeries(impl, x, y);
                series.setMarker(SLEEPERS.contains(impl) ? SeriesMarkers.DIAMOND : SeriesMarkers.CIRCLE);
                series.setLineWidth(SLEEPERS.contains(impl) ? 3 : 1);
            }
        }
    }
}
