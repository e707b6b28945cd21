using Cluster.Kernels.Graphs;
using Cluster.Kernels.Tensors;

namespace Cluster.Kernels.Execution;

/// <summary>Weighted nodes by operators that record gradients, which the fused kernels of <see cref="NodeKernels"/> do not.</summary>
internal static class LiveKernels
{
    /// <param name="winograd">Whether 3x3 convolutions may take Winograd's filtering: about 1.5 times as fast on one thread.</param>
    public static LiveKernel Weighted(GraphNode node, long[] shape, bool winograd) => node.OpType switch
    {
        "Conv" => Convolution(node, shape, winograd),
        "MatMul" => (inputs, weight, bias) => bias is null ? TensorOps.MatMul(inputs[0], weight!) : Aten.Call("aten::addmm", bias, inputs[0], weight),
        _ => Product(node),
    };

    public static LiveKernel Weightless(GraphNode node, NodeConstants constants)
    {
        var kernel = NodeKernels.Build(node, constants);
        return (inputs, _, _) => kernel(inputs);
    }

    /// <summary>Relu or Clip over a tensor that nobody else reads.</summary>
    public static LiveKernel InPlace(GraphNode node, NodeConstants constants)
    {
        var kernel = NodeKernels.BuildInPlace(node, constants);
        return (inputs, _, _) => kernel(inputs);
    }

    private static LiveKernel Convolution(GraphNode node, long[] shape, bool winograd)
    {
        long[] stride = [.. node.GetInts("strides") ?? [1, 1]];
        long[] dilation = [.. node.GetInts("dilations") ?? [1, 1]];
        long[] pads = [.. node.GetInts("pads") ?? [0, 0, 0, 0]]; // top, left, bottom, right
        long groups = node.GetInt("group", 1);
        if (pads.Length != 4)
        {
            throw new KernelException($"Conv '{node.Name}' has {pads.Length} pads; two-dimensional convolutions with four are expected.");
        }

        if (winograd && Winograd.IsSupported(shape, stride, pads, dilation, groups))
        {
            return (inputs, weight, bias) => Winograd.Convolve(inputs[0], weight!, bias);
        }

        if (pads[0] == pads[2] && pads[1] == pads[3])
        {
            long[] padding = [pads[0], pads[1]];
            return (inputs, weight, bias) => TensorOps.Conv2d(inputs[0], weight!, bias, stride, padding, dilation, groups);
        }

        long[] begins = [0, 0, pads[0], pads[1]];
        long[] ends = [0, 0, pads[2], pads[3]];
        return (inputs, weight, bias) =>
        {
            using var padded = TensorOps.Pad(inputs[0], begins, ends, 0);
            return TensorOps.Conv2d(padded, weight!, bias, stride, [0, 0], dilation, groups);
        };
    }

    // A weighted Gemm has alpha = beta = 1 and no transposed activation.
    private static LiveKernel Product(GraphNode node)
    {
        string view = node.GetInt("transB", 0) != 0 ? "aten::t" : "aten::alias";
        return (inputs, weight, bias) =>
        {
            using var right = Aten.Call(view, weight); // (K, N)
            return bias is null ? TensorOps.MatMul(inputs[0], right) : Aten.Call("aten::addmm", bias, inputs[0], right);
        };
    }
}
