namespace Cluster.Kernels.Export.TensorRt.Rules;

/// <summary>QuantizeLinear has one scale per channel only from opset 13.</summary>
internal sealed class OpsetRule : ITensorRtRule
{
    private const int Least = 13;

    public IEnumerable<string> Violations(QdqView file) => file.Graph.Opset < Least && file.Pairs.Any()
        ? [$"The file has opset {file.Graph.Opset}; Q/DQ pairs with scales by channel need {Least} or newer."]
        : [];
}
