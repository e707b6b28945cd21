using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Operators;

/// <summary>Activation functions, and Softmax.</summary>
internal static class ActivationOperators
{
    public static Dictionary<string, OperatorBuilder> All { get; } = new(StringComparer.Ordinal)
    {
        ["Relu"] = Relu,
        ["Clip"] = Clip,
        ["LeakyRelu"] = static (node, _) => ElementwiseOperators.With(
            node.GetFloat("alpha", 0.01f), static (x, slope) => x.leaky_relu(slope.AsScalar())),
        ["Sigmoid"] = ElementwiseOperators.Plain(Logistic.Of),
        ["HardSigmoid"] = static (node, _) => ElementwiseOperators.With(
            (Slope: node.GetFloat("alpha", 0.2f), Shift: node.GetFloat("beta", 0.5f)),
            static (x, line) => TensorOps.HardSigmoid(x, line.Slope, line.Shift)),
        ["HardSwish"] = ElementwiseOperators.Plain(static x => x.hardswish()),
        ["Tanh"] = ElementwiseOperators.Plain(static x => x.tanh()),
        ["Softmax"] = static (node, _) => ElementwiseOperators.With(
            node.GetInt("axis", -1), static (x, axis) => x.softmax(axis)),
        ["LogSoftmax"] = static (node, _) => ElementwiseOperators.With(
            node.GetInt("axis", -1), static (x, axis) => x.log_softmax(axis)),
    };

    private static NodeKernel Relu(GraphNode node, OperatorContext context) => context.Overwrites
        ? static inputs => inputs[0].relu_().alias()
        : static inputs => inputs[0].relu();

    private static NodeKernel Clip(GraphNode node, OperatorContext context)
    {
        float? low = Bound(node, context, 1);
        float? high = Bound(node, context, 2);
        if (low is null && high is null)
        {
            return LayoutOperators.Unchanged; // libtorch's clamp refuses to have no bound
        }

        return context.Overwrites
            ? inputs => inputs[0].clamp_(Number(low), Number(high)).alias()
            : inputs => inputs[0].clamp(Number(low), Number(high));
    }

    private static float? Bound(GraphNode node, OperatorContext context, int input) =>
        node.HasInput(input) ? context.Constants.Data(node.Inputs[input]).As<float>()[0] : null;

    private static Scalar? Number(float? value) => value?.AsScalar();
}
