using System.CommandLine;
using System.Globalization;
using Cluster.Networks.Runtimes.Timing;
using Cluster.Storage.Locks;

namespace Cluster.Bench;

/// <summary>`bench sweep`: every group of a network alone in INT8, by this repository and by the loop that rivals have, in turn.</summary>
internal static class SweepCommand
{
    private const string Data = "../shared/data/";
    private const string Cifar = Data + "cifar10/";
    private const string Model = Data + "models/cifar10/resnet20.onnx";
    private const string Calibration = "cifar10:" + Cifar + "data_batch_1.first4000.bin.gz@0..512";
    private const string Evaluation =
        "cifar10:"
            + Cifar
            + "data_batch_2.first761.bin.gz+cifar10:"
            + Cifar
            + "data_batch_3.first761.bin.gz+cifar10:"
            + Cifar
            + "data_batch_5.first761.bin.gz";

    public static Command Create()
    {
        var model = Text("--model", Model);
        var calibration = Text("--data", Calibration);
        var evaluation = Text("--eval", Evaluation);
        var method = Text("--method", "mse");
        var images = new Option<int>("--images") { DefaultValueFactory = _ => 2000 };
        var repeats = new Option<int>("--repeats") { DefaultValueFactory = _ => 5 };
        var command = new Command("sweep", "The sweep against the naive loop on the same executor.")
        {
            model, calibration, evaluation, method, images, repeats,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var hold = await new MachineLock().ExclusiveAsync(cancellation);
            using var subject = SweepSubject.Open(
                parsed.GetRequiredValue(model),
                parsed.GetRequiredValue(calibration),
                parsed.GetRequiredValue(evaluation),
                parsed.GetValue(images),
                parsed.GetRequiredValue(method));
            Console.WriteLine(
                $"{Path.GetFileName(parsed.GetRequiredValue(model))}, {subject.Alone.Count} groups, {subject.Images.Images.Count} "
                + $"images each, {Environment.ProcessorCount} threads");
            Compare(subject, parsed.GetValue(repeats));
        });
        return command;
    }

    private static void Compare(SweepSubject subject, int repeats)
    {
        var naive = new NaiveSweep(subject);

        // Both once before the clock counts: pages, kernels and the JIT are warm for both alike.
        var first = PrefixSweep.Run(subject);
        var second = naive.Run();
        List<double> oursSeconds = [];
        List<double> naiveSeconds = [];
        for (int repeat = 0; repeat < repeats; repeat++)
        {
            first = PrefixSweep.Run(subject);
            second = naive.Run();
            oursSeconds.Add(first.Seconds);
            naiveSeconds.Add(second.Seconds);
            double ratio = second.Seconds / first.Seconds;
            Print($"repeat {repeat + 1}: cached prefixes {first.Seconds:F2} s, naive loop {second.Seconds:F2} s, ratio {ratio:F2}");
        }

        int[] order = Order(first.Kl);
        Print($"{"group",-24} {"KL",12} {"KL, naive",12} {"correct",9} {"naive",7}");
        foreach (int index in order)
        {
            string name = subject.Alone[index].Group.Name;
            Print($"{name,-24} {first.Kl[index],12:E3} {second.Kl[index],12:E3} {first.Correct[index],9} {second.Correct[index],7}");
        }

        bool isSame = order.AsSpan().SequenceEqual(Order(second.Kl));
        Print($"order by logits KL: {(isSame ? "the same" : "different")}, Spearman {SpearmanCorrelation.Of(first.Kl, second.Kl):F4}");
        var (oursMedian, naiveMedian) = (Median(oursSeconds), Median(naiveSeconds));
        Print($"median: cached prefixes {oursMedian:F2} s, naive loop {naiveMedian:F2} s, ratio {naiveMedian / oursMedian:F2}");
    }

    private static int[] Order(IReadOnlyList<double> kl) => [.. Enumerable.Range(0, kl.Count).OrderByDescending(index => kl[index])];

    private static double Median(List<double> values) => LatencyStatistics.Summarize([.. values]).MedianMs;

    private static Option<string> Text(string name, string fallback) => new(name) { DefaultValueFactory = _ => fallback };

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
