using Cluster.Kernels.Graphs;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Operators;

/// <summary>Products of matrices.</summary>
internal static class ProductOperators
{
    public static Dictionary<string, OperatorBuilder> All { get; } = new(StringComparer.Ordinal)
    {
        ["Gemm"] = Gemm, // weight (K, N), or (N, K) with transB; bias (N), or anything that broadcasts to (batch, N)
        ["MatMul"] = MatMul, // weight (K, N), or any two tensors
        ["Einsum"] = Einsum,
    };

    private static NodeKernel MatMul(GraphNode node, OperatorContext context) => context.Constants.HasWeights(node)
        ? static inputs => inputs.Bias is { } bias
            ? Aten.Call("aten::addmm", bias, inputs[0], inputs.Weight)
            : TensorOps.MatMul(inputs[0], inputs.Weight)
        : ArithmeticOperators.Binary(node, context, TensorOps.MatMul);

    private static NodeKernel Gemm(GraphNode node, OperatorContext context)
    {
        if (!context.Constants.HasWeights(node))
        {
            return GemmOfActivations(node, context);
        }

        if (node.GetInt("transA", 0) != 0)
        {
            throw new KernelException(
                $"Gemm '{node.Name}' transposes its activation (transA=1), which would mix the images of a batch; "
                + "export it with transA=0.");
        }

        float alpha = node.GetFloat("alpha", 1);
        float beta = node.GetFloat("beta", 1);
        string view = node.GetInt("transB", 0) != 0 ? "aten::t" : "aten::alias";
        return inputs =>
        {
            // A view a run costs nothing; one kept for all runs would need an owner.
            using var right = Aten.Call(view, inputs.Weight); // (K, N)
            return inputs.Bias is { } bias
                ? Aten.Call("aten::addmm", bias, inputs[0], right, beta, alpha)
                : Scaled(TensorOps.MatMul(inputs[0], right), alpha);
        };
    }

    // ONNX and libtorch have the same grammar but for spaces.
    private static NodeKernel Einsum(GraphNode node, OperatorContext context)
    {
        string equation = node.GetText("equation", string.Empty).Replace(" ", string.Empty, StringComparison.Ordinal);
        var operands = new Operands(node, context.Constants);
        return inputs =>
        {
            var factors = new Tensor[operands.Count];
            for (int i = 0; i < factors.Length; i++)
            {
                factors[i] = operands.Get(inputs, i);
            }

            return Aten.Call("aten::einsum", (AtenValue)equation, factors);
        };
    }

    private static NodeKernel GemmOfActivations(GraphNode node, OperatorContext context)
    {
        var operands = new Operands(node, context.Constants);
        float alpha = node.GetFloat("alpha", 1);
        float beta = node.GetFloat("beta", 1);
        string leftView = node.GetInt("transA", 0) != 0 ? "aten::t" : "aten::alias";
        string rightView = node.GetInt("transB", 0) != 0 ? "aten::t" : "aten::alias";
        return inputs =>
        {
            using var left = Aten.Call(leftView, operands.Get(inputs, 0));
            using var right = Aten.Call(rightView, operands.Get(inputs, 1));
            return operands.Find(inputs, 2) is { } bias
                ? Aten.Call("aten::addmm", bias, left, right, beta, alpha)
                : Scaled(TensorOps.MatMul(left, right), alpha);
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
