using Cluster.Glyphs.Untrained;

namespace Cluster.EndToEnd.Documents;

/// <summary>What a reader of the documents has: networks and data by the names that stand there, small, and a job that is done.</summary>
public sealed class ReaderFiles : IDisposable
{
    /// <summary>Latencies for jobs on net.onnx, which is so small that INT8 is slower.</summary>
    internal const string Latencies = "latencies.json";

    private const string Job = "OUT";

    // The same job under each name that the documents have for one.
    private static readonly string[] Jobs = [Job, "OUT1", "OUT2", "OUT-avx2", "OUT-vnni"];

    // FP32 is right on 91.7 % then, as the documents say of theirs.
    private const int WrongEvery = 12;

    private const int Seed = 3;

    // Less than a third of the bit operations of FP32: the winner is quantized.
    private const string Budget = "15M";

    private static readonly (string Name, int Images)[] Sets = [("calib", 32), ("val", 320), ("test", 60), ("train", 60)];

    private readonly WorkFolder _folder = new();
    private readonly Lazy<Task> _written;

    public ReaderFiles() => _written = new Lazy<Task>(WriteAsync);

    /// <summary>Copies them.</summary>
    /// <param name="host">Runs the local program's commands.</param>
    internal async Task CopyToAsync(WorkFolder folder, CommandHost host)
    {
        await _written.Value;
        new JobFiles(_folder.Root).CopyTo(folder.Root);
        foreach (string name in Jobs)
        {
            GiveJob(folder, name);
        }

        Directory.CreateSymbolicLink(folder["samples"], Checkout.At("samples"));
        folder.Write("token", "secret");
        folder.Write("home/token", "secret");
        folder.Write("etc/cluster/token", "secret");
        using var authority = new TestAuthority("silos");
        var (certificate, key) = authority.Issue("silo");
        foreach (string place in new[] { "", "etc/cluster/" })
        {
            folder.Write($"{place}ca.crt", authority.Pem);
            folder.Write($"{place}tls.crt", certificate);
            folder.Write($"{place}tls.key", key);
        }

        foreach (string shared in new[] { "mnt/imagenet", "mnt/cifar", "mnt/cluster" })
        {
            Directory.CreateDirectory(folder[shared]);
        }

        WriteProgram(folder, host);
    }

    /// <summary>A job whose winner is quantized, in place of one whose winner may be FP32; nothing under another name.</summary>
    internal void GiveJob(WorkFolder folder, string name)
    {
        if (Jobs.Contains(name))
        {
            Directory.CreateDirectory(folder[name]).Delete(recursive: true);
            new JobFiles(_folder[Job]).CopyTo(folder[name]);
        }
    }

    public void Dispose() => _folder.Dispose();

    private async Task WriteAsync()
    {
        WriteNetworks();
        string[] data = ["--model", "net.onnx", "--data", "folder:calib"];
        string[] job =
        [
            "run", .. data, "--eval", "folder:val,labels=val.csv", "--methods", "max", "--batch", "1", "--budget-evals", "3",
            "--reconstruct", "never", "--goal", "fastest", "--max-drop", "20%",
        ];
        await RunAsync([.. job, "-o", "measured"]);
        var measured = new JobFiles(_folder["measured"]);
        File.Copy(measured["latency.json"], _folder[Latencies]);
        string faster = _folder.Write("faster.json", TwiceAsFast(measured));
        await RunAsync([.. job, "--latency-table", faster, "--bops-budget", Budget, "-o", Job]);
        _folder.Write("job.yaml", "model: net.onnx\ndata: folder:calib\neval: folder:val,labels=val.csv\n");
        await RunAsync(["quantize", .. data, "--method", "max", "-o", "q.onnx"]);
    }

    // Whatever this machine's times are.
    private static string TwiceAsFast(JobFiles files)
    {
        var float32 = files.State().Rounds.SelectMany(round => round.Items).Select(item => item.Item).OfType<LatencyItem>()
            .Where(item => item.Plan.IsBaseline)
            .Select(item => item.Plan.Digest)
            .ToHashSet(StringComparer.Ordinal);
        var table = JsonSerializer.Deserialize<LatencyTableFile>(files.Text("latency.json"), PlanJson.Options)!;
        var halved = table.Observations.Concat(table.Finals!.SelectMany(together => together.Plans)).Select(
            result => float32.Contains(result.PlanDigest) ? result : Timed(result, result.Float32MedianMs / 2));
        return (table with { Observations = [.. halved], Finals = null }).Format();
    }

    private static LatencyResult Timed(LatencyResult result, double ms) => result with { MedianMs = ms, LowMs = ms, HighMs = ms };

    private async Task RunAsync(string[] args)
    {
        var run = await ClusterProcess.RunAsync(_folder.Root, args);
        run.ShouldBeDone();
    }

    private void WriteNetworks()
    {
        var sample = UntrainedSample.WriteLabelled(
            _folder.Root, ReaderNetworks.Convolutional(), Sets.Sum(set => set.Images), Seed);
        var images = DataSource.Open(sample.Images);
        int first = 0;
        foreach (var (name, count) in Sets)
        {
            var lines = new List<string> { "file,label" };
            for (int i = 0; i < count; i++)
            {
                _folder.Write($"{name}/{i:000}.png", images.Png(first + i));
                int label = (images.Label(first + i) + (i % WrongEvery == 0 ? 1 : 0)) % ReaderNetworks.Classes;
                lines.Add($"{i:000}.png,{label}");
            }

            File.WriteAllLines(_folder[$"{name}.csv"], lines);
            first += count;
        }

        _folder.Write("vit.onnx", OnnxWriter.Write(ReaderNetworks.Transformer()).Message);
        foreach (string copy in new[] { "vit", "vit.smooth" })
        {
            File.Copy(_folder["net.preprocess.json"], _folder[$"{copy}.preprocess.json"]);
        }

        TokenNetwork.Write(_folder.Root, 160);
        File.Move(_folder["tokens.onnx"], _folder["bert.onnx"]);
        File.Copy(_folder["sentences.npz"], _folder["test.npz"]);
    }

    // As ./cluster of a checkout.
    private static void WriteProgram(WorkFolder folder, CommandHost host) => folder.Write("cluster", $"""
        #!/bin/bash
        case "$1" in
            {string.Join('|', OtherVerbs.All.Select(verb => verb.Name))}) exec '{BuiltProgram.Require("Client")}' "$@" ;;
            {OtherVerbs.Silo}) exec '{BuiltProgram.Require("Silo")}' "$@" ;;
        esac
        {host.Script}
        """);
}
