using Cluster.Kernels.Tensors;

namespace Cluster.Kernels.Tests.Tensors;

/// <summary>
/// What the processor's kernels are compared with: their emulated kernels of a device, on any machine, and CUDA where
/// there is one.
/// </summary>
internal static class Devices
{
    public const string Emulated = "emulated";
    public const string Cuda = "cuda:0";

    public static ComputeDevice Require(string name)
    {
        if (name == Emulated)
        {
            return ComputeDevice.Emulated;
        }

        Assert.SkipWhen(TorchSettings.CudaDevices == 0, "There is no CUDA device on this machine.");
        Assert.SkipUnless(TorchSettings.HasCudaKernels, "The native library was built without nvcc.");
        return ComputeDevice.Parse(name);
    }

    public static int[] Bits(TorchSharp.torch.Tensor tensor) => [.. TensorFactory.ToFloats(tensor).Select(BitConverter.SingleToInt32Bits)];
}
