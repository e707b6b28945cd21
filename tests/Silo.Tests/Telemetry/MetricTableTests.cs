namespace Cluster.Silo.Tests.Telemetry;

/// <summary>The table of metrics in docs/guide/telemetry.md is written from the instruments and from what they are given.</summary>
public sealed class MetricTableTests
{
    private const string Head = "| name | kind | unit | labels | meaning |\n|---|---|---|---|---|\n";

    [Fact]
    public void Table_OfTheGuide_IsWhatTheInstrumentsSay()
    {
        using var metrics = new SiloMetrics(TimeProvider.System);
        using var measured = new Measurements(metrics);
        UseAll(metrics);
        measured.Look();
        measured.Instruments.Where(instrument => !instrument.Name.StartsWith("cluster.search.", StringComparison.Ordinal)
                && !instrument.Name.StartsWith("cluster.training.", StringComparison.Ordinal))
            .SelectMany(measured.LabelsOf)
            .ShouldAllBe(label => !label.EndsWith(".id", StringComparison.Ordinal) || label == "hw.id", "no ids");
        string expected = Head + string.Concat(measured.Instruments.Select(instrument =>
        {
            string labels = string.Join(", ", measured.LabelsOf(instrument).Select(label => $"`{label}`"));
            return $"| `{instrument.Name}` | {Measurements.Kind(instrument)} | `{instrument.Unit}` |"
                + $"{(labels.Length > 0 ? $" {labels} |" : " |")} {instrument.Description} |\n";
        }));
        string path = Checkout.At("docs", "guide", "telemetry.md");
        string page = File.ReadAllText(path);
        int begin = page.IndexOf(Head, StringComparison.Ordinal);
        int end = page.IndexOf("\n\n", begin, StringComparison.Ordinal) + 1;
        string written = Path.Combine(AppContext.BaseDirectory, "telemetry.md");
        File.WriteAllText(written, page[..begin] + expected + page[end..]);

        page[begin..end].ShouldBe(expected, $"copy {written} to {path}");
    }

    [Fact]
    public void Labels_OfSuccesses_HaveNoErrorType()
    {
        using var metrics = new SiloMetrics(TimeProvider.System);
        using var measured = new Measurements(metrics);

        Succeed(metrics);

        measured.Instruments.Where(instrument => measured.Names.Any(
                name => name.StartsWith($"{instrument.Name}{{", StringComparison.Ordinal)))
            .SelectMany(measured.LabelsOf).ShouldNotContain("error.type");
        measured.Names.Count.ShouldBe(5);
    }

    private static void Succeed(SiloMetrics metrics)
    {
        metrics.Evaluated("accuracy", "measured", failure: null);
        metrics.CandidateEnded("accuracy", "avx2", TimeSpan.Zero, error: null);
        metrics.Appended(TimeSpan.Zero, error: null);
        metrics.Opened(TimeSpan.Zero, error: null);
        metrics.Called("cluster.v1.JobService/GetJob", "OK", TimeSpan.Zero, error: null);
    }

    // Whatever gives an instrument a value, with every label that it may have.
    private static void UseAll(SiloMetrics metrics)
    {
        metrics.Add(new JobLoad());
        metrics.Add(new SlotLoad("avx2"));
        metrics.Searches.Of("j-1").Report(JobProgress.Queued(0) with { Picture = SearchGaugesTests.Picture });
        metrics.Searches.Trained("j-1", new TrainingPoint(0.7, 1e-4));
        metrics.Looked("accuracy", 1);
        metrics.Add(new Gpu());
        metrics.AddFolder("data", Path.GetTempPath());
        metrics.AddCertificate("server", () => DateTimeOffset.UnixEpoch);
        metrics.AddLosses(() => 0);
        metrics.AddWaits(() => new Dictionary<WaitCause, int>());
        metrics.Evaluated("accuracy", "measured", FailureKind.NativeCrash);
        metrics.Retried(FailureKind.LeaseExpired);
        metrics.Restarted(FailureKind.NativeCrash);
        metrics.Proved(ProofVerdict.Holds);
        metrics.Received(1);
        metrics.Sent(1);
        metrics.CandidateEnded("accuracy", "avx2", TimeSpan.Zero, "native_crash");
        metrics.StageEnded("running", TimeSpan.Zero);
        metrics.Appended(TimeSpan.Zero, "IOException");
        metrics.Opened(TimeSpan.Zero, "IOException");
        metrics.Folded(TimeSpan.Zero);
        metrics.Called("cluster.v1.JobService/GetJob", "INTERNAL", TimeSpan.Zero, "INTERNAL");
    }

    private sealed class Gpu : IGpuSensor
    {
        public string Device => "cuda:0";

        public GpuReading Read() => new()
        {
            Utilization = 0.5,
            UsedBytes = 1,
            TotalBytes = 2,
            Power = 300,
            ClockHz = 1e9,
            Throttled = new HashSet<string>(StringComparer.Ordinal),
        };
    }
}
