using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Kernels.Tensors;

/// <summary>
/// The device of a reconstruction or a training: the processor or one CUDA device of libtorch. Results of the two differ in their last
/// bits.
/// </summary>
public sealed record ComputeDevice
{
    private ComputeDevice(int? index) => Index = index;

    /// <summary>The processor.</summary>
    public static ComputeDevice Cpu { get; } = new((int?)null);

    /// <summary>Number of the CUDA device; null for the processor.</summary>
    public int? Index { get; }

    /// <summary>Whether it is the processor, with its own kernels, parts and threads.</summary>
    public bool IsHost => Index is null;

    /// <summary>Whether libtorch has kernels for 16-bit floats here; otherwise they are computed in FP32 and rounded.</summary>
    internal bool HasHalfKernels => Index is not null;

    /// <summary>The kind of device, which affects results: a state of one kind is not continued on another.</summary>
    public string Kind => Index is null ? "cpu" : "cuda";

    /// <summary>The device as a TorchSharp object.</summary>
    internal Device Torch => Index is { } index ? new Device(DeviceType.CUDA, index) : CPU;

    /// <summary>"cpu", "cuda" (the first device) or "cuda:N".</summary>
    /// <exception cref="KernelException">It is none of these.</exception>
    public static ComputeDevice Parse(string text)
    {
        if (text == "cpu")
        {
            return Cpu;
        }

        string number = text == "cuda" ? "0" : text.StartsWith("cuda:", StringComparison.Ordinal) ? text["cuda:".Length..] : string.Empty;
        // libtorch stores it in a signed byte
        return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < 128
            ? new ComputeDevice(index)
            : throw new KernelException($"The device '{text}' is not known; cpu, cuda or cuda:N is expected.");
    }

    /// <summary>The name in libtorch, which <see cref="Parse"/> reads: "cpu", "cuda:0".</summary>
    public override string ToString() => Index is { } index ? string.Create(CultureInfo.InvariantCulture, $"cuda:{index}") : "cpu";

    /// <summary>Throws if the CUDA device does not exist.</summary>
    public void RequireUsable()
    {
        if (Index is not { } index)
        {
            return;
        }

        int devices = TorchSettings.CudaDevices;
        if (index >= devices)
        {
            throw new KernelException(devices == 0
                ? $"{this} was asked for, but libtorch {TorchSettings.Version} finds no CUDA device on this machine; use cpu, or "
                    + "build with -p:TorchFlavour=cuda-linux for a machine with a device."
                : $"{this} was asked for, but libtorch finds {devices} CUDA device(s), cuda:0 to cuda:{devices - 1}; name one of these.");
        }
    }

    /// <summary>
    /// Computes a sum on a CUDA device and throws if it fails: after some faults CUDA fails every later call of the process. This separates
    /// them from faults of the computation itself, whose texts may contain names from a model.
    /// </summary>
    public void RequireComputing()
    {
        RequireUsable();
        if (Index is null)
        {
            return;
        }

        try
        {
            using var one = Floats([1], [1]);
            using var two = one.add(one, ScalarNumbers.One);
            using var host = two.cpu();
            if (host.item<float>() is var found and not 2)
            {
                throw new KernelException(string.Create(CultureInfo.InvariantCulture, $"{this} computes 1 + 1 = {found}."));
            }
        }
        catch (ExternalException failure)
        {
            string cause = failure.Message.Split('\n', 2)[0]; // the lines below are stack frames
            throw new KernelException($"{this} computes nothing in this process: {cause}", failure);
        }
    }

    /// <summary>For CUDA, in the whole process: products and convolutions in float32 instead of TF32.</summary>
    internal void Enter()
    {
        if (Index is not null)
        {
            TorchSettings.AllowTf32(false);
        }
    }

    /// <summary>A float32 tensor on this device.</summary>
    internal Tensor Floats(ReadOnlySpan<float> values, long[] shape) => Take(TensorFactory.FromFloats(values, shape));

    /// <summary>Returns when the tensor is computed: one element of it is fetched, after all earlier work.</summary>
    internal void WaitFor(Tensor tensor)
    {
        if (Index is null)
        {
            return;
        }

        using var first = tensor.as_strided([1], [1]);
        using var host = first.cpu();
    }

    /// <summary>
    /// Moves a tensor from the processor to this device, in its memory format; the given handle is returned or disposed of.
    /// </summary>
    internal Tensor Take(Tensor tensor)
    {
        if (Index is null)
        {
            return tensor;
        }

        // Need not wait: CUDA has copied pageable memory by the time the call returns.
        using (tensor)
        {
            return tensor.to(Torch, non_blocking: true);
        }
    }
}
