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
            ? bias.addmm(inputs[0], inputs.Weight)
            : TorchScripts.MatMul(inputs[0], inputs.Weight)
        : ArithmeticOperators.Binary(node, context, TorchScripts.MatMul);

    private static NodeKernel Gemm(GraphNode node, OperatorContext context)
    {
        if (!context.Constants.HasWeights(node))
        {
            return GemmOfActivations(node, context);
        }

        float alpha = node.GetFloat("alpha", 1);
        float beta = node.GetFloat("beta", 1);
        bool isTransposed = node.GetInt("transB", 0) != 0;
        return inputs =>
        {
            // A view per run costs nothing; one kept for all runs would need an owner.
            using var right = isTransposed ? inputs.Weight.t() : inputs.Weight.alias(); // (K, N)
            return inputs.Bias is { } bias
                ? bias.addmm(inputs[0], right, beta, alpha)
                : Scaled(TorchScripts.MatMul(inputs[0], right), alpha);
        };
    }

    // ONNX and libtorch have the same grammar except for spaces.
    private static NodeKernel Einsum(GraphNode node, OperatorContext context)
    {
        string equation = EinsumEquation.Of(node).Text;
        var operands = new Operands(node, context.Constants);
        return inputs =>
        {
            var factors = new Tensor[operands.Count];
            for (int i = 0; i < factors.Length; i++)
            {
                factors[i] = operands.Get(inputs, i);
            }

            return einsum(equation, factors);
        };
    }

    private static NodeKernel GemmOfActivations(GraphNode node, OperatorContext context)
    {
        var operands = new Operands(node, context.Constants);
        float alpha = node.GetFloat("alpha", 1);
        float beta = node.GetFloat("beta", 1);
        bool turnsLeft = node.GetInt("transA", 0) != 0;
        bool turnsRight = node.GetInt("transB", 0) != 0;
        return inputs =>
        {
            using var left = turnsLeft ? operands.Get(inputs, 0).t() : operands.Get(inputs, 0).alias();
            using var right = turnsRight ? operands.Get(inputs, 1).t() : operands.Get(inputs, 1).alias();
            return operands.Find(inputs, 2) is { } bias
                ? bias.addmm(left, right, beta, alpha)
                : Scaled(TorchScripts.MatMul(left, right), alpha);
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
            return product.mul(factor.AsScalar());
        }
    }
}
