using Cluster.Kernels.Graphs;
using Cluster.Kernels.Tensors;
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
        ["LeakyRelu"] = LeakyRelu,
        ["Sigmoid"] = static (_, _) => static inputs => inputs[0].sigmoid(),
        ["HardSigmoid"] = HardSigmoid,
        ["HardSwish"] = static (_, _) => static inputs => inputs[0].hardswish(),
        ["Tanh"] = static (_, _) => static inputs => inputs[0].tanh(),
        ["Softmax"] = Softmax,
        ["LogSoftmax"] = LogSoftmax,
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

    private static NodeKernel LeakyRelu(GraphNode node, OperatorContext context)
    {
        float slope = node.GetFloat("alpha", 0.01f);
        return inputs => inputs[0].leaky_relu(slope.AsScalar());
    }

    private static NodeKernel HardSigmoid(GraphNode node, OperatorContext context)
    {
        float slope = node.GetFloat("alpha", 0.2f);
        float shift = node.GetFloat("beta", 0.5f);
        return inputs => TensorOps.HardSigmoid(inputs[0], slope, shift);
    }

    private static NodeKernel Softmax(GraphNode node, OperatorContext context)
    {
        long axis = node.GetInt("axis", -1);
        return inputs => inputs[0].softmax(axis);
    }

    private static NodeKernel LogSoftmax(GraphNode node, OperatorContext context)
    {
        long axis = node.GetInt("axis", -1);
        return inputs => inputs[0].log_softmax(axis);
    }
}
