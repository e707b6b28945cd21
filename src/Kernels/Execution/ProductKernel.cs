using Cluster.Kernels.Graphs;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>Gemm and MatMul with a constant right side.</summary>
internal static class ProductKernel
{
    /// <summary>The product with its weights bound.</summary>
    /// <param name="weight">(K, N), or (N, K) with transB.</param>
    /// <param name="bias">(N), anything that broadcasts to (batch, N), or null.</param>
    public static NodeKernel Build(GraphNode node, Tensor weight, Tensor? bias)
    {
        if (node.OpType == "MatMul")
        {
            return inputs => TensorOps.MatMul(inputs[0], weight);
        }

        if (node.GetInt("transA", 0) != 0)
        {
            throw new KernelException($"Gemm '{node.Name}' transposes its activation (transA=1), which would mix the images of a batch; export it with transA=0.");
        }

        float alpha = node.GetFloat("alpha", 1);
        float beta = node.GetFloat("beta", 1);
        string view = node.GetInt("transB", 0) != 0 ? "aten::t" : "aten::alias";
        return inputs =>
        {
            // A view a run costs nothing; one kept for all runs would need an owner.
            using var right = Aten.Call(view, weight); // (K, N)
            return bias is null ? Scaled(TensorOps.MatMul(inputs[0], right), alpha) : Aten.Call("aten::addmm", bias, inputs[0], right, beta, alpha);
        };
    }

    private static Tensor Scaled(Tensor product, float factor)
    {
        if (factor == 1)
        {
            return product;
        }

        using (product)
        {
            return Aten.Call("aten::mul", "Scalar", product, factor);
        }
    }
}
