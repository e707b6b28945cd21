using Cluster.Kernels.Graphs;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Operators;

/// <summary>Element-by-element functions of one tensor that no target computes in integers.</summary>
internal static class ElementwiseOperators
{
    public static Dictionary<string, OperatorBuilder> All { get; } = new(StringComparer.Ordinal)
    {
        ["Abs"] = Plain(static x => x.abs()),
        ["Ceil"] = Plain(static x => x.ceil()),
        ["Celu"] = (node, _) => Celu(node.GetFloat("alpha", 1)),
        ["Cos"] = Plain(static x => x.cos()),
        ["Elu"] = (node, _) => Elu(node.GetFloat("alpha", 1)),
        ["Erf"] = Plain(static x => x.erf()),
        ["Exp"] = Plain(static x => x.exp()),
        ["Floor"] = Plain(static x => x.floor()),
        ["Gelu"] = (node, _) => Gelu(node.GetText("approximate", "none") == "tanh"),
        ["Log"] = Plain(static x => x.log()),
        ["Mish"] = Plain(TorchScripts.Mish),
        ["Neg"] = Plain(static x => x.neg()),
        ["Not"] = Plain(static x => x.logical_not()),
        ["Reciprocal"] = Plain(static x => x.reciprocal()),
        ["Round"] = Plain(static x => x.round()), // both round half to even
        ["Selu"] = Selu,
        ["Sign"] = Plain(static x => x.sign()),
        ["Sin"] = Plain(static x => x.sin()),
        ["Softplus"] = Plain(TorchScripts.Softplus),
        ["Softsign"] = Softsign,
        ["Sqrt"] = Plain(static x => x.sqrt()),
        ["ThresholdedRelu"] = ThresholdedRelu,
    };

    private static OperatorBuilder Plain(Func<Tensor, Tensor> compute) => (_, _) => inputs => compute(inputs[0]);

    private static NodeKernel Celu(float alpha) => inputs => inputs[0].celu(alpha.AsScalar());

    private static NodeKernel Elu(float alpha) => inputs => inputs[0].elu(alpha.AsScalar(), 1.AsScalar(), 1.AsScalar());

    private static NodeKernel Gelu(bool isTanh) =>
        inputs => inputs[0].gelu(isTanh ? TorchSharp.Modules.GELU.Approximate.tanh : TorchSharp.Modules.GELU.Approximate.none);

    // gamma (max(0, x) + min(0, alpha (e^x - 1))), which is libtorch's elu with a scale.
    private static NodeKernel Selu(GraphNode node, OperatorContext context)
    {
        float alpha = node.GetFloat("alpha", 1.67326319f);
        float gamma = node.GetFloat("gamma", 1.05070102f);
        return inputs => inputs[0].elu(alpha.AsScalar(), gamma.AsScalar(), 1.AsScalar());
    }

    private static NodeKernel Softsign(GraphNode node, OperatorContext context) => static inputs =>
    {
        using var size = inputs[0].abs();
        using var divisor = size.add(ScalarNumbers.One, ScalarNumbers.One);
        return inputs[0].div(divisor);
    };

    private static NodeKernel ThresholdedRelu(GraphNode node, OperatorContext context)
    {
        float threshold = node.GetFloat("alpha", 1);
        return inputs => inputs[0].threshold(threshold.AsScalar(), 0.AsScalar());
    }
}
