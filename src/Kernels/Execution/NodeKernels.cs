using Cluster.Kernels.Graphs;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>Builds the libtorch version of each ONNX operator of a normalised graph (opset 13).</summary>
internal static class NodeKernels
{
    public static NodeKernel Build(GraphNode node, NodeConstants constants) => node.OpType switch
    {
        "Conv" => ConvolutionKernel.Build(node, constants.Tensor(node.Inputs[1]), node.HasInput(2) ? constants.Tensor(node.Inputs[2]) : null, SumKind.Real),
        "Gemm" or "MatMul" when constants.Has(node.Inputs[1]) && constants.Data(node.Inputs[1]).Shape.Length == 2 =>
            ProductKernel.Build(node, constants.Tensor(node.Inputs[1]), node.HasInput(2) ? constants.Tensor(node.Inputs[2]) : null),
        "MatMul" => inputs => TensorOps.MatMul(inputs[0], inputs[1]),
        "ConvTranspose" => ConvolutionKernel.BuildTransposed(node, constants.Tensor(node.Inputs[1]), node.HasInput(2) ? constants.Tensor(node.Inputs[2]) : null),
        "Add" => Binary(node, constants, TensorOps.Add),
        "Sub" => Binary(node, constants, TensorOps.Sub),
        "Mul" => Binary(node, constants, TensorOps.Mul),
        "Div" => Binary(node, constants, TensorOps.Div),
        "BatchNormalization" => BatchNormalization(node, constants),
        "Relu" => inputs => TensorOps.Relu(inputs[0]),
        "Clip" => Clip(node, constants),
        "LeakyRelu" => With(node.GetFloat("alpha", 0.01f), TensorOps.LeakyRelu),
        "Sigmoid" => inputs => TensorOps.Sigmoid(inputs[0]),
        "HardSigmoid" => HardSigmoid(node),
        "HardSwish" => inputs => TensorOps.HardSwish(inputs[0]),
        "Tanh" => inputs => TensorOps.Tanh(inputs[0]),
        "Softmax" => Softmax(node),
        "Identity" => Unchanged,
        "Concat" => Concat(node, constants),
        "MaxPool" or "AveragePool" => PoolingKernel.Build(node),
        "GlobalAveragePool" => inputs => TensorOps.GlobalAveragePool(inputs[0]),
        "GlobalMaxPool" => inputs => Aten.Call("aten::amax", inputs[0], new long[] { 2, 3 }, true),
        "ReduceMean" => ReduceMean(node, constants),
        _ => ShapeKernels.Build(node, constants)
            ?? throw new KernelException($"Node '{node.Name}' is a {node.OpType}, which cannot be executed; remove it from the network or fold it before quantizing."),
    };

    /// <summary>Relu or Clip that overwrites its input.</summary>
    public static NodeKernel BuildInPlace(GraphNode node, NodeConstants constants)
    {
        if (node.OpType == "Relu")
        {
            return inputs => Aten.Call("aten::relu_", inputs[0]);
        }

        return ClipEnds(node, constants) switch
        {
            (null, null) => Unchanged,
            var (low, high) => inputs => Aten.Call("aten::clamp_", inputs[0], Scalar(low), Scalar(high)),
        };
    }

    private static Tensor Unchanged(ReadOnlySpan<Tensor> inputs) => Aten.Call("aten::alias", inputs[0]);

    private static AtenValue Scalar(float? value) => value is { } number ? number : AtenValue.None;

    private static NodeKernel With(double parameter, Func<Tensor, double, Tensor> kernel) => inputs => kernel(inputs[0], parameter);

    private static NodeKernel Binary(GraphNode node, NodeConstants constants, Func<Tensor, Tensor, Tensor> kernel)
    {
        if (constants.Has(node.Inputs[0]))
        {
            var left = constants.Tensor(node.Inputs[0]);
            return inputs => kernel(left, inputs[0]);
        }

        if (constants.Has(node.Inputs[1]))
        {
            var right = constants.Tensor(node.Inputs[1]);
            return inputs => kernel(inputs[0], right);
        }

        // Add(x, x) lists its input twice but binds it once.
        return inputs => kernel(inputs[0], inputs[^1]);
    }

    private static NodeKernel BatchNormalization(GraphNode node, NodeConstants constants)
    {
        var scale = constants.Tensor(node.Inputs[1]); // (C)
        var shift = constants.Tensor(node.Inputs[2]);
        var mean = constants.Tensor(node.Inputs[3]);
        var variance = constants.Tensor(node.Inputs[4]);
        double epsilon = node.GetFloat("epsilon", 1e-5f);
        return inputs => Aten.Call("aten::batch_norm", inputs[0], scale, shift, mean, variance, false, 0.0, epsilon, false);
    }

    private static NodeKernel Clip(GraphNode node, NodeConstants constants)
    {
        return ClipEnds(node, constants) switch
        {
            (null, null) => Unchanged,
            var (low, high) => inputs => TensorOps.Clamp(inputs[0], low, high),
        };
    }

    // Both may be absent, which libtorch's clamp refuses.
    private static (float? Low, float? High) ClipEnds(GraphNode node, NodeConstants constants)
    {
        return (Bound(1), Bound(2));

        float? Bound(int input) => node.HasInput(input) ? constants.Data(node.Inputs[input]).As<float>()[0] : null;
    }

    private static NodeKernel HardSigmoid(GraphNode node)
    {
        float slope = node.GetFloat("alpha", 0.2f);
        float shift = node.GetFloat("beta", 0.5f);
        return inputs => TensorOps.HardSigmoid(inputs[0], slope, shift);
    }

    private static NodeKernel Softmax(GraphNode node)
    {
        long axis = node.GetInt("axis", -1);
        return inputs => TensorOps.Softmax(inputs[0], axis);
    }

    private static NodeKernel ReduceMean(GraphNode node, NodeConstants constants)
    {
        // An attribute up to opset 17, an input from 18.
        long[] axes = [.. node.HasInput(1) ? constants.Integers(node.Inputs[1]) : node.GetInts("axes") ?? throw new KernelException($"ReduceMean '{node.Name}' has no axes; reducing over everything, the batch included, is not supported.")];
        bool keep = node.GetInt("keepdims", 1) == 1;
        return inputs => TensorOps.Mean(inputs[0], axes, keep);
    }

    private static NodeKernel Concat(GraphNode node, NodeConstants constants)
    {
        long axis = node.GetInt("axis", 1);
        var constant = node.Inputs.Select(input => constants.Has(input) ? constants.Tensor(input) : null).ToArray();
        return inputs =>
        {
            var parts = new Tensor[constant.Length];
            int next = 0;
            for (int i = 0; i < parts.Length; i++)
            {
                parts[i] = constant[i] ?? inputs[next++];
            }

            return TensorOps.Cat(parts, axis);
        };
    }
}
