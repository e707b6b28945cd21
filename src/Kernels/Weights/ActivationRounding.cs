namespace Cluster.Kernels.Weights;

/// <summary>What MatMulNBits multiplies its weights with.</summary>
public enum ActivationRounding
{
    /// <summary>Activations as they are.</summary>
    None,

    /// <summary>Activations rounded to int8 in each run, with a scale for each block of a row.</summary>
    Int8,
}
