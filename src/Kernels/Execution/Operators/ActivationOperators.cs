using Cluster.Kernels.Graphs;
using Cluster.Kernels.Tensors;
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
        ["Sigmoid"] = static (_, _) => static inputs => TensorOps.Sigmoid(inputs[0]),
        ["HardSigmoid"] = HardSigmoid,
        ["HardSwish"] = static (_, _) => static inputs => TensorOps.HardSwish(inputs[0]),
        ["Tanh"] = static (_, _) => static inputs => TensorOps.Tanh(inputs[0]),
        ["Softmax"] = Softmax,
        ["LogSoftmax"] = LogSoftmax,
    };

    private static NodeKernel Relu(GraphNode node, OperatorContext context) => context.Overwrites
        ? static inputs => Aten.Call("aten::relu_", inputs[0])
        : static inputs => TensorOps.Relu(inputs[0]);

    private static NodeKernel Clip(GraphNode node, OperatorContext context)
    {
        float? low = Bound(node, context, 1);
        float? high = Bound(node, context, 2);
        if (low is null && high is null)
        {
            return LayoutOperators.Unchanged; // libtorch's clamp refuses to have no bound
        }

        return context.Overwrites
            ? inputs => Aten.Call("aten::clamp_", inputs[0], Scalar(low), Scalar(high))
            : inputs => TensorOps.Clamp(inputs[0], low, high);
    }

    private static float? Bound(GraphNode node, OperatorContext context, int input) =>
        node.HasInput(input) ? context.Constants.Data(node.Inputs[input]).As<float>()[0] : null;

    private static AtenValue Scalar(float? value) => value is { } number ? number : AtenValue.None;

    private static NodeKernel LeakyRelu(GraphNode node, OperatorContext context)
    {
        float slope = node.GetFloat("alpha", 0.01f);
        return inputs => TensorOps.LeakyRelu(inputs[0], slope);
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
        return inputs => TensorOps.Softmax(inputs[0], axis);
    }

    private static NodeKernel LogSoftmax(GraphNode node, OperatorContext context)
    {
        long axis = node.GetInt("axis", -1);
        return inputs => TensorOps.LogSoftmax(inputs[0], axis);
    }
}
