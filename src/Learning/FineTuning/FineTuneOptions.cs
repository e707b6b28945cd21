namespace Cluster.Learning.FineTuning;

/// <summary>
/// How a plan is fine-tuned. The defaults are a tenth of an original schedule of 100 epochs, AdamW, which tolerates that the gradients of
/// layers with folded normalisation differ a hundredfold in size, and mostly the FP32 network's outputs as targets, with few labels.
/// docs/benchmarks/qat.md has others' results.
/// </summary>
public sealed record FineTuneOptions
{
    /// <summary>Last rate as a share of the first.</summary>
    internal const double FinalShare = 0.01;

    /// <summary>Momentum of SGD, Nesterov's.</summary>
    internal const double Momentum = 0.9;

    private const double SgdRate = 1e-3;
    private const double AdamWRate = 2e-4;
    private const double LearnedPart = 4;
    private const double EightBitPart = 10;
    private const int EightBits = 8;

    /// <summary>Passes over the training images, at least 1.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>
    /// The training device. It affects the result's last bits; a checkpoint of one kind of device is not continued on another.
    /// </summary>
    public ComputeDevice Device { get; init; } = ComputeDevice.Cpu;

    /// <summary>Images per iteration.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>
    /// Rate after the warm-up; null for the optimizer's default. SGD: 0.001, 1 % of the usual training rate of 0.1. AdamW: 0.0002; a
    /// quarter of it if the plan's roundings were learned, because a larger rate undoes them before it finds others; and a tenth of it if
    /// everything has 8 bits (LSQ's paper has the same ratio), as there is little to learn and much to disturb.
    /// </summary>
    public double? LearningRate { get; init; }

    /// <summary>
    /// Parts of a batch that are computed concurrently, one thread each. It affects the result's last bits, so it is not the number of
    /// processors; a training that resumes from a checkpoint must use the same number. On a CUDA device there is one part.
    /// </summary>
    public int Parts { get; init; } = 2;

    /// <summary>Share of the iterations in which the rate rises.</summary>
    public double WarmUp { get; init; } = 0.02;

    /// <summary>How the rate falls to its last value.</summary>
    public RateDecay Decay { get; init; } = RateDecay.Cosine;

    /// <summary>
    /// Share of the iterations, 0 to 1, after which the scales of weights and activations stay as they are. 1: they are trained to the
    /// end.
    /// </summary>
    public double FreezeRangesAfter { get; init; } = 1;

    /// <summary>The rule by which gradients change parameters.</summary>
    public TrainingOptimizer Optimizer { get; init; } = TrainingOptimizer.AdamW;

    /// <summary>Decay of weights; never applied to biases and scales.</summary>
    public double WeightDecay { get; init; } = 1e-4;

    /// <summary>Largest common norm of the gradients of an iteration; 0: no limit.</summary>
    public double ClipNorm { get; init; } = 5;

    /// <summary>Share of the FP32 network's outputs in the loss, 0 to 1; the rest is the labels'.</summary>
    public double Distill { get; init; } = 0.9;

    /// <summary>Temperature of the FP32 network's outputs.</summary>
    public double Temperature { get; init; } = 4;

    /// <summary>Seed for the order of images.</summary>
    public long Seed { get; init; }

    /// <summary>Iterations between checkpoints; there is also one after every epoch. 0: only those.</summary>
    public int CheckpointEvery { get; init; } = 200;

    /// <summary>Where checkpoints are stored; null: nowhere.</summary>
    public StateFolder? State { get; init; }

    /// <summary><see cref="LearningRate"/>, or the optimizer's default for a plan.</summary>
    internal double RateFor(QuantizedNetwork start) =>
        LearningRate ?? (Optimizer == TrainingOptimizer.Sgd ? SgdRate : AdamWRate / AdamWPart(start));

    private static double AdamWPart(QuantizedNetwork start) => (HasFewerBits(start), start.LearnedWeights.Count > 0) switch
    {
        (true, false) => 1,
        (true, true) => LearnedPart,
        (false, _) => EightBitPart,
    };

    // Activations, which the layers then read as floats, or weights, which have a kernel of 8 bits.
    private static bool HasFewerBits(QuantizedNetwork start) =>
        start.Layout.ComputesInFloat || start.Forms.Values.Any(form => form.Bits < EightBits);

    /// <summary>All that the result depends on, as text. Checkpoints are left out: they change nothing.</summary>
    internal string IdentityFor(QuantizedNetwork start) =>
        $"{Epochs} {BatchSize} {RateFor(start):R} {WarmUp:R} {Decay} {FinalShare:R} {FreezeRangesAfter:R} {Optimizer} {Momentum:R} "
        + $"{WeightDecay:R} {ClipNorm:R} {Distill:R} {Temperature:R} "
        + $"{Seed}{(Device.IsHost ? string.Empty : $" {Device.Kind}")}";

    /// <summary>Checks the values a user may have typed.</summary>
    /// <exception cref="KernelException">A number is out of its range.</exception>
    internal void Require()
    {
        Device.RequireUsable();
        KernelException.Require(Epochs >= 1, $"{Epochs} epochs were asked for; at least 1 is expected.");
        KernelException.Require(Parts >= 1, $"{Parts} parts of a batch were asked for; at least 1 is expected.");
        KernelException.Require(BatchSize >= 1, $"A batch of {BatchSize} images was asked for; at least 1 is expected.");
        KernelException.Require(
            LearningRate is null or (> 0 and < double.PositiveInfinity),
            $"The learning rate is {LearningRate}; a positive number such as 0.001 is expected.");
        KernelException.Require(
            WarmUp is >= 0 and < 1, $"The warm-up is {WarmUp} of the iterations; a share from 0 to below 1 is expected.");
        KernelException.Require(
            FreezeRangesAfter is >= 0 and <= 1,
            $"The ranges are to be frozen after {FreezeRangesAfter} of the iterations; a share from 0 to 1 is expected.");
        KernelException.Require(Distill is >= 0 and <= 1, $"The share of distillation is {Distill}; a number from 0 to 1 is expected.");
        KernelException.Require(
            Temperature > 0 && double.IsFinite(Temperature), $"The temperature is {Temperature}; a positive number is expected.");
    }
}

/// <summary>The rule by which gradients change parameters.</summary>
public enum TrainingOptimizer
{
    /// <summary>Stochastic gradient descent with Nesterov momentum.</summary>
    Sgd,

    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter, 2019).</summary>
    AdamW,
}
