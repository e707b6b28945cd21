namespace Cluster.Kernels.Measurement;

/// <summary>Bit operations, the hardware-free cost of a layer: multiply-accumulates times weight bits times activation bits (HAWQ).</summary>
public static class BitOperations
{
    public static double Count(long multiplyAccumulates, int weightBits, int activationBits) =>
        (double)multiplyAccumulates * weightBits * activationBits;
}
