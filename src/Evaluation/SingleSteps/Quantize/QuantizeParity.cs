using Cluster.Kernels.Evaluation.Parity;

namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>How the file in ONNX Runtime agrees with the simulation.</summary>
/// <param name="TopOneAgree">Images with the same top-1 class, end to end.</param>
/// <param name="WorstExactShare">Smallest share of equal codes over the tensors, 0..1.</param>
/// <param name="LargestStep">Largest difference of any code.</param>
public sealed record QuantizeParity(
    int Images,
    int TopOneAgree,
    int QuantizeNodes,
    int Tensors,
    double WorstExactShare,
    int LargestStep,
    bool Passed)
{
    internal static QuantizeParity Of(ParityReport report) => new(
        report.Images,
        report.TopOneAgree,
        report.QuantizeNodes,
        report.Tensors.Count,
        report.Tensors.Select(tensor => tensor.ExactShare).DefaultIfEmpty(1).Min(),
        report.Tensors.Select(tensor => tensor.LargestStep).DefaultIfEmpty(0).Max(),
        report.Passed);
}
