namespace Cluster.Learning.Reconstruction;

/// <summary>
/// Settings of one reconstruction. The defaults are those of the published code (BRECQ, QDrop), made for 20,000 iterations. With fewer
/// iterations the rates are raised in proportion; otherwise most roundings would still be undecided at the end.
/// </summary>
public sealed record ReconstructionOptions
{
    /// <summary>Blocks with more weighted layers than this are reconstructed layer by layer.</summary>
    internal const int MaximumLayers = 12;

    /// <summary>QDrop's probability that an element is quantized in an iteration.</summary>
    internal const double QuantizedShare = 0.5;

    private const int ActivationPart = 4;

    /// <summary>The published method to use.</summary>
    public required ReconstructionMethod Method { get; init; }

    /// <summary>Iterations per block; per layer for AdaRound.</summary>
    public int Iterations { get; init; } = 20000;

    /// <summary>Iterations per block of BRECQ's second phase, which learns the activations' scales; 0 keeps them as calibrated.</summary>
    public int ActivationIterations { get; init; } = 5000;

    /// <summary>Images per iteration, at least 1.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>
    /// Adam's rate for the roundings; 0 takes 1e-3 for 20,000 iterations, more for fewer, at most 1e-2.
    /// </summary>
    public double LearningRate { get; init; }

    /// <summary>Seed of batch order and drop masks.</summary>
    public long Seed { get; init; }

    /// <summary>Share of the images, the last ones, that are not learned from: a block must lower its loss on them to be kept.</summary>
    public double HeldOutShare { get; init; } = 0.0625;

    /// <summary>The device. It affects the result's last bits; states of one kind of device are not continued on another.</summary>
    public ComputeDevice Device { get; init; } = ComputeDevice.Cpu;

    /// <summary>
    /// Parts of a batch that are computed concurrently, one thread each. It affects the result's last bits, so it is not the number of
    /// processors. On a CUDA device there is one part.
    /// </summary>
    public int Parts { get; init; } = 2;

    /// <summary>Host memory for activation caches in bytes; the rest goes to a file in <see cref="SpillFolder"/>.</summary>
    public long CacheBytes { get; init; } = 4L << 30;

    /// <summary>The folder of that unnamed file; null for the system's temporary folder.</summary>
    public string? SpillFolder { get; init; }

    /// <summary>How many of the given number of images are held out, at least one.</summary>
    public int HeldOut(int images) => Math.Max(1, (int)Math.Round(images * HeldOutShare));

    internal double RoundingRate => LearningRate > 0 ? LearningRate : 1e-3 * Haste(20000, Iterations);

    /// <summary>Adam's rate for activation scales, annealed to 0 along a half cosine: more for fewer iterations than published.</summary>
    internal double ScaleRate => Method == ReconstructionMethod.Brecq
        ? 4e-4 * Haste(5000, ActivationIterations)
        : 4e-5 * Haste(20000, Iterations);

    /// <summary>
    /// The method with the given iterations per block; BRECQ's second phase has a quarter of them, as in its published code.
    /// </summary>
    public static ReconstructionOptions For(ReconstructionMethod method, int iterations, long seed) => new()
    {
        Method = method,
        Iterations = iterations,
        ActivationIterations = Math.Max(1, iterations / ActivationPart),
        Seed = seed,
    };

    /// <summary>Everything that the result depends on, as text.</summary>
    internal string Canonical() =>
        $"{Method};{Iterations};{ActivationIterations};{BatchSize};{RoundingRate:R};{ScaleRate:R};{RoundingSchedule.Lambda:R};"
        + $"{RoundingSchedule.WarmUp:R};{RoundingSchedule.FirstBeta:R};{RoundingSchedule.LastBeta:R};{QuantizedShare:R};{Seed};"
        + $"{HeldOutShare:R};{MaximumLayers};"
        + $"{(Device.IsHost ? Parts : 1)}{(Device.IsHost ? string.Empty : $";{Device.Kind}")}";

    /// <exception cref="KernelException">A setting is out of range.</exception>
    internal void Check()
    {
        KernelException.Require(
            Iterations > 0 && ActivationIterations >= 0,
            $"{Iterations} and {ActivationIterations} iterations were asked for; at least 1 and 0 are needed.");
        KernelException.Require(
            BatchSize > 0 && Parts > 0, $"A batch of {BatchSize} in {Parts} parts was asked for; both must be positive.");
        KernelException.Require(
            HeldOutShare is > 0 and < 1, $"The share {HeldOutShare} of the images is held out; it must be above 0 and below 1.");
        Device.RequireUsable();
        KernelException.Require(LearningRate >= 0, "Learning rates must not be negative.");
    }

    private static double Haste(int published, int iterations) => Math.Clamp((double)published / Math.Max(1, iterations), 1, 10);
}

/// <summary>Schedules of the loop; iterations count from 1 as in the published code.</summary>
internal static class RoundingSchedule
{
    /// <summary>Weight of the round loss.</summary>
    public const double Lambda = 0.01;

    /// <summary>Share of the iterations before the round loss begins.</summary>
    public const double WarmUp = 0.2;

    /// <summary>Exponent of the round loss after the warm-up, falling linearly to <see cref="LastBeta"/>.</summary>
    public const double FirstBeta = 20;

    /// <summary>Exponent of the round loss in the last iteration.</summary>
    public const double LastBeta = 2;

    /// <summary>Whether the round loss is active: not before the end of the warm-up.</summary>
    public static bool IsRegularized(int iteration, int iterations) => iteration >= iterations * WarmUp;

    /// <summary>
    /// Exponent of the round loss: the first value up to the warm-up's end, then linear down to the last.
    /// </summary>
    public static double Beta(int iteration, int iterations)
    {
        double start = iterations * WarmUp;
        if (iteration < start)
        {
            return FirstBeta;
        }

        double done = Math.Min(1, (iteration - start) / (iterations - start));
        return LastBeta + ((FirstBeta - LastBeta) * (1 - done));
    }

    /// <summary>Half a cosine from <paramref name="rate"/> to 0 over all iterations.</summary>
    public static double Cosine(double rate, int iteration, int iterations) =>
        rate * (1 + Math.Cos(Math.PI * (iteration - 1) / iterations)) / 2;
}
