using Cluster.Kernels.Graphs;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Operators;

/// <summary>Functions of one tensor, element by element, that no target computes in integers.</summary>
internal static class ElementwiseOperators
{
    public static Dictionary<string, OperatorBuilder> All { get; } = new(StringComparer.Ordinal)
    {
        ["Abs"] = Plain("aten::abs"),
        ["Ceil"] = Plain("aten::ceil"),
        ["Celu"] = (node, _) => With("aten::celu", node.GetFloat("alpha", 1)),
        ["Cos"] = Plain("aten::cos"),
        ["Elu"] = (node, _) => With("aten::elu", node.GetFloat("alpha", 1)),
        ["Erf"] = Plain("aten::erf"),
        ["Exp"] = Plain("aten::exp"),
        ["Floor"] = Plain("aten::floor"),
        ["Gelu"] = (node, _) => With("aten::gelu", node.GetText("approximate", "none")),
        ["Log"] = Plain("aten::log"),
        ["Mish"] = Plain("aten::mish"),
        ["Neg"] = Plain("aten::neg"),
        ["Not"] = Plain("aten::logical_not"),
        ["Reciprocal"] = Plain("aten::reciprocal"),
        ["Round"] = Plain("aten::round"), // both round half to even
        ["Selu"] = Selu,
        ["Sign"] = Plain("aten::sign"),
        ["Sin"] = Plain("aten::sin"),
        ["Softplus"] = Plain("aten::softplus"),
        ["Softsign"] = Softsign,
        ["Sqrt"] = Plain("aten::sqrt"),
        ["ThresholdedRelu"] = ThresholdedRelu,
    };

    private static OperatorBuilder Plain(string op) => (_, _) => inputs => Aten.Call(op, inputs[0]);

    private static NodeKernel With(string op, AtenValue argument) => inputs => Aten.Call(op, inputs[0], argument);

    // gamma (max(0, x) + min(0, alpha (e^x - 1))), which is libtorch's elu with a scale.
    private static NodeKernel Selu(GraphNode node, OperatorContext context)
    {
        float alpha = node.GetFloat("alpha", 1.67326319f);
        float gamma = node.GetFloat("gamma", 1.05070102f);
        return inputs => Aten.Call("aten::elu", inputs[0], alpha, gamma);
    }

    private static NodeKernel Softsign(GraphNode node, OperatorContext context) => static inputs =>
    {
        using var size = Aten.Call("aten::abs", inputs[0]);
        using var divisor = Aten.Call("aten::add.Scalar", size, 1.0);
        return TensorOps.Div(inputs[0], divisor);
    };

    private static NodeKernel ThresholdedRelu(GraphNode node, OperatorContext context)
    {
        float threshold = node.GetFloat("alpha", 1);
        return inputs => Aten.Call("aten::threshold", inputs[0], threshold, 0.0);
    }
}
