using static TorchSharp.torch;

namespace Cluster.Learning.Optimizers;

/// <summary>Clipping by the global norm, as in torch.nn.utils.clip_grad_norm_.</summary>
internal static class GradientClipping
{
    /// <summary>Scales all gradients, in place, by maximum / norm if their common norm is larger.</summary>
    /// <returns>The Euclidean norm of all of them together, before clipping; NaN or infinite if a gradient is.</returns>
    public static double Clip(IReadOnlyList<Tensor> gradients, double maximum)
    {
        using var scope = NewDisposeScope();
        var norms = stack(gradients.Select(gradient => gradient.norm()), 0);
        double norm = TensorFactory.ToFloats(norms.norm())[0];
        double factor = maximum / (norm + 1e-6);
        if (factor < 1)
        {
            foreach (var gradient in gradients)
            {
                gradient.mul_(factor.AsScalar());
            }
        }

        return norm;
    }
}
