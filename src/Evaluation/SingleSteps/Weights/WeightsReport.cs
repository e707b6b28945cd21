using Cluster.Evaluation.SingleSteps.Quantize;
using Cluster.Kernels.Weights;

namespace Cluster.Evaluation.SingleSteps.Weights;

/// <summary>What `quantize-weights` did; its JSON form is the command's `--json`.</summary>
/// <param name="Float32Bytes">Of the FP32 file.</param>
/// <param name="Share">The written file's bytes in those of FP32's, 0 to 1.</param>
/// <param name="Block">As asked for; a product of fewer inputs has smaller ones.</param>
/// <param name="Products">In execution order.</param>
/// <param name="Kept">
/// MatMul and Gemm nodes that stayed as they were: products of two activations, and weights that others read too.
/// </param>
/// <param name="Accuracy">Null without evaluation data, like the next three.</param>
public sealed record WeightsReport(
    string Model,
    QuantizeOutput Output,
    long Float32Bytes,
    double Share,
    int Bits,
    int Block,
    WeightRounding Rounding,
    ActivationRounding Activations,
    IReadOnlyList<QuantizedProduct> Products,
    int Kept,
    MeasuredAccuracy? Accuracy,
    MeasuredLatency? Latency,
    MeasuredAccuracy? Float32Accuracy,
    MeasuredLatency? Float32Latency,
    double Seconds);
