using TorchSharp;

namespace Cluster.Learning.Tests.Reconstruction;

/// <summary>Alone, as they count the tensors and the memory of the whole process.</summary>
[Long]
[Collection(ProcessSettings.Name)]
public sealed class ReconstructionMemoryTests
{
    private const int Few = 1_000;
    private const int Warm = 5_000;
    private const int Many = 20_000;

    // 440 bytes an iteration: less than a batch of the smallest tensor, more than the heaps of the C library come and go by.
    private const long Growth = 8 * ResidentMemory.Megabyte;

    // In a process's first such loop the C library's heaps, one a thread, grow once, by up to 6 MB that later loops use
    // again: measured is what comes after.
    private static readonly Lazy<int> FirstLoop = new(() =>
    {
        int last = 0;
        RunOneBlock(ReconstructionMethod.QDrop, Warm, progress => last = progress.Iteration);
        return last;
    });

    public static TheoryData<ReconstructionMethod> Methods => [.. Enum.GetValues<ReconstructionMethod>()];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Run_FinishedAndCancelled_LeaveNoTensorBehind(ReconstructionMethod method)
    {
        var small = SmallReconstruction.Residual();
        var options = Short(method) with { Iterations = 55, ActivationIterations = 55 };
        small.Run(options);
        long before = torch.Tensor.TotalCount;

        small.Run(options with { Iterations = 400, ActivationIterations = 400 });
        // Others' tensors may still be given back meanwhile.
        torch.Tensor.TotalCount.ShouldBeLessThanOrEqualTo(before);

        using var stop = new CancellationTokenSource();
        Should.Throw<OperationCanceledException>(() => small.Run(options, null, _ => stop.Cancel(), stop.Token));
        torch.Tensor.TotalCount.ShouldBeLessThanOrEqualTo(before);
    }

    // AdaRound has no loop that BRECQ has not.
    [Theory]
    [InlineData(ReconstructionMethod.Brecq)]
    [InlineData(ReconstructionMethod.QDrop)]
    public void Run_TwentyThousandIterations_HoldNoMoreThanOneThousand(ReconstructionMethod method)
    {
        ResidentMemory.SkipUnlessReadable();
        FirstLoop.Value.ShouldBe(Warm);
        var seen = new List<(string Block, int Iteration, long Tensors, long Bytes)>();

        RunOneBlock(method, Many, progress =>
        {
            if (progress.Iteration is Few or Many)
            {
                seen.Add((progress.Block, progress.Iteration, torch.Tensor.TotalCount, ResidentMemory.Read()));
            }
        });

        var lines = seen.Select(at => string.Create(
            CultureInfo.InvariantCulture,
            $"{at.Block} at {at.Iteration}: {at.Tensors} tensors, {(double)at.Bytes / ResidentMemory.Megabyte:F1} MB"));
        TestContext.Current.TestOutputHelper?.WriteLine($"{method}: {string.Join("; ", lines)}");
        seen.Count.ShouldBe(method == ReconstructionMethod.Brecq ? 4 : 2);
        for (int i = 0; i < seen.Count; i += 2)
        {
            seen[i + 1].Tensors.ShouldBe(seen[i].Tensors);
            (seen[i + 1].Bytes - seen[i].Bytes).ShouldBeLessThan(Growth);
        }
    }

    /// <summary>One block of the network: the longest loop that there is.</summary>
    private static void RunOneBlock(ReconstructionMethod method, int iterations, Action<ReconstructionProgress> see)
    {
        var small = SmallReconstruction.Residual();
        var start = small.Start with
        {
            Weights = new Dictionary<string, WeightForm>(StringComparer.Ordinal) { ["c2"] = new(3) },
            Activations = small.Start.Activations.Where(pair => pair.Key == "r2").ToDictionary(StringComparer.Ordinal)
        };
        var options = Short(method) with { Iterations = iterations, ActivationIterations = iterations, Parts = 1 };
        (small with { Start = start }).Run(options, see: see);
    }

    private static ReconstructionOptions Short(ReconstructionMethod method) =>
        new() { Method = method, BatchSize = 8, LearningRate = 1e-3, Seed = 7, HeldOutShare = 0.25 };
}
