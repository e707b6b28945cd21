[assembly: AssemblyFixture(typeof(Cluster.EndToEnd.Support.GlyphJob))]

namespace Cluster.EndToEnd.Support;

/// <summary>
/// A job on the glyphs sample, small enough for a test and rich enough to be interesting: min-max loses points that have to be won
/// back by leaving groups in FP32. It is run once, when a test first asks, and its latencies make the others' decisions repeatable.
/// </summary>
public sealed class GlyphJob : IDisposable
{
    private const int CalibrationImages = 128;
    private const int EvaluationImages = 256;
    private const int TrainingImages = 320;

    /// <summary>A bound on bit operations, which no FP32 network keeps.</summary>
    internal static readonly string[] Budget = ["--bops-budget", "500M"];

    private readonly WorkFolder _folder = new();

    private readonly Lazy<Task<string>> _given;
    private readonly ConcurrentDictionary<string, Lazy<Task<(ClusterProcess Run, JobFiles Files)>>> _once = new(StringComparer.Ordinal);

    public GlyphJob()
    {
        var generator = new GlyphGenerator(GlyphSample.Seed);
        GlyphFiles.Write(_folder.Root, generator, GlyphSet.Calibration, CalibrationImages);
        GlyphFiles.Write(_folder.Root, generator, GlyphSet.Evaluation, EvaluationImages);
        GlyphFiles.Write(_folder.Root, generator, GlyphSet.Training, TrainingImages);
        _given = new Lazy<Task<string>>(GiveLatenciesAsync);
    }

    internal static string Model => Checkout.At("samples", "glyphs.onnx");

    internal string Calibration => $"idx:{GlyphFiles.ImagesPath(_folder.Root, GlyphSet.Calibration)}";

    internal string Evaluation => $"idx:{GlyphFiles.ImagesPath(_folder.Root, GlyphSet.Evaluation)}";

    internal string Training => $"idx:{GlyphFiles.ImagesPath(_folder.Root, GlyphSet.Training)}";

    internal string EvaluationLabels => GlyphFiles.LabelsPath(_folder.Root, GlyphSet.Evaluation);

    /// <summary>The job's command line, without a latency table; nothing is reconstructed unless that is asked for.</summary>
    internal string[] Command(string output, params string[] more) =>
        [
            "run",
            "--model",
            Model,
            "--data",
            Calibration,
            "--eval",
            Evaluation,
            "--methods",
            "max",
            "--batch",
            "8",
            "--cache",
            "none",
            "--also-export",
            "tensorrt,tensorrt-strongly-typed",
            "-o",
            output,
            .. more.Contains(Budget[0]) ? Array.Empty<string>() : ["--max-drop", "0"],
            // The default is the format of this processor, and losses differ between formats.
            .. more.Contains("--formats") || more.Contains("--target") ? Array.Empty<string>() : ["--formats", "int8-safe"],
            .. more.Contains("--reconstruct") ? Array.Empty<string>() : ["--reconstruct", "never"],
            .. more
        ];

    /// <summary>The job that nothing disturbed.</summary>
    internal async Task<JobFiles> FinishedAsync() => (await OnceAsync("out", Command("out"))).Files;

    /// <summary>
    /// The job with a budget of bit operations in place of a bound, which no FP32 network keeps: its winner is quantized, whether or not
    /// this processor computes integers faster.
    /// </summary>
    internal async Task<JobFiles> QuantizedAsync() => (await OnceAsync("quantized", Command("quantized", Budget))).Files;

    /// <summary>The command line with the latencies of the job that nothing disturbed.</summary>
    internal async Task<string[]> ReplayAsync(string output, params string[] more) =>
        Command(output, ["--latency-table", (await FinishedAsync())["latency.json"], .. more]);

    /// <summary>The same of the job with a quantized winner.</summary>
    internal async Task<string[]> ReplayQuantizedAsync(string output, params string[] more) =>
        Command(output, ["--latency-table", (await QuantizedAsync())["latency.json"], .. Budget, .. more]);

    /// <summary>
    /// The command line with latencies that do not depend on this machine: every group in integers takes half of its FP32 time, and all
    /// groups take the same.
    /// </summary>
    internal async Task<string[]> GivenAsync(string output, params string[] more) =>
        Command(output, ["--latency-table", await _given.Value, .. more]);

    /// <summary>The job with those latencies: its winner is faster than FP32 on any machine.</summary>
    internal async Task<JobFiles> GivenFinishedAsync() => (await OnceAsync("given", await GivenAsync("given"))).Files;

    /// <summary>A job that nothing disturbed, run once for all tests that name its folder.</summary>
    /// <param name="command">Writes to <paramref name="output"/>.</param>
    internal Task<(ClusterProcess Run, JobFiles Files)> OnceAsync(string output, string[] command) => _once.GetOrAdd(
        output,
        _ => new(async () =>
        {
            var run = await ClusterProcess.RunTimedAsync(_folder.Root, command);
            run.ShouldBeDone();
            ResultConsistency.Contradictions(_folder[output], run.Code).ShouldBeEmpty();
            return (run, new JobFiles(_folder[output]));
        })).Value;

    public void Dispose() => _folder.Dispose();

    // Of the plans without FP32 that the undisturbed job looked at, timed or not, and of those with any of their groups in FP32.
    private async Task<string> GiveLatenciesAsync()
    {
        var files = await FinishedAsync();
        var state = files.State();
        var table = JsonSerializer.Deserialize<LatencyTableFile>(files.Text("latency.json"), PlanJson.Options)!;
        int groups = state.Space.Groups.Count;
        Plan[] whole =
        [
            .. state.Rounds.SelectMany(round => round.Items)
                .Select(item => item.Item switch { LatencyItem timed => timed.Plan, AccuracyItem judged => judged.Plan, _ => null })
                .OfType<Plan>()
                .Where(plan => plan.QuantizedCount == groups)
                .DistinctBy(plan => plan.Digest),
        ];
        var given = table with
        {
            Observations =
            [
                .. whole.SelectMany(plan => Enumerable.Range(0, 1 << groups).Select(floats => Given(
                    plan.With(Enumerable.Range(0, groups).Where(group => ((floats >> group) & 1) != 0), GroupFormat.Baseline),
                    table.Observations[0]))),
            ],
            Profiles =
            [
                .. whole.Select(plan => new ProfileResult(
                    plan.Digest, [.. state.Space.Groups.Select(group => new GroupProfile(group.Name, 2, 1))],
                    [.. state.Space.Edges.Select(edge => new EdgeProfile(edge.From, edge.To, edge.Tensor, 0, 0))], 2 * groups, groups)),
            ],
            Finals = null,
        };
        return _folder.Write("given.json", given.Format());
    }

    private static LatencyResult Given(Plan plan, LatencyResult any)
    {
        double float32 = 2 * plan.Groups.Count;
        double ms = float32 - plan.QuantizedCount;
        return any with { PlanDigest = plan.Digest, MedianMs = ms, LowMs = ms, HighMs = ms, Float32MedianMs = float32 };
    }
}
