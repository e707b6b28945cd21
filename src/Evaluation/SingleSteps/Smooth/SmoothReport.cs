using Cluster.Evaluation.SingleSteps.Quantize;
using Cluster.Kernels.Weights.Smoothing;

namespace Cluster.Evaluation.SingleSteps.Smooth;

/// <summary>What `smooth` did; its JSON form is the command's `--json`.</summary>
/// <param name="Tensors">In execution order.</param>
/// <param name="Difference">Largest difference of the first output from the model's, in its largest magnitude there.</param>
public sealed record SmoothReport(
    string Model, QuantizeOutput Output, double Alpha, IReadOnlyList<SmoothedTensor> Tensors, double Difference, double Seconds);
