namespace Cluster.Kernels.Quantization.Blocks;

/// <summary>How MatMulNBits rounds the activations that it multiplies with its weights.</summary>
public enum ActivationRounding
{
    /// <summary>Activations are not rounded.</summary>
    None,

    /// <summary>Activations rounded to int8 in each run, with a scale for each block of a row.</summary>
    Int8,
}
