using System.Runtime.InteropServices;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Parking;

/// <summary>A tensor that lies in a <see cref="TensorSpace"/>, in memory or in its file.</summary>
internal sealed class ParkedTensor : IDisposable
{
    private readonly Tensor? _tensor;
    private readonly Action? _released;
    private readonly SpillFile? _file;
    private readonly long _offset;
    private readonly long[] _shape = [];
    private readonly bool _channelsLast;

    /// <summary>In memory.</summary>
    /// <param name="released">Called when it is gone.</param>
    public ParkedTensor(Tensor tensor, Action released) => (_tensor, _released) = (tensor, released);

    /// <summary>Written to a file; the tensor stays the caller's.</summary>
    public ParkedTensor(Tensor tensor, SpillFile file)
    {
        (_file, _shape) = (file, tensor.shape);
        long offset = 0;
        bool last = false;
        DenseTensor.Read(tensor, (values, channelsLast) =>
        {
            offset = file.Write(MemoryMarshal.AsBytes(values));
            last = channelsLast;
        });
        (_offset, _channelsLast) = (offset, last);
    }

    /// <summary>The same bits in the same memory format; the caller disposes it and does not write to it.</summary>
    public Tensor Fetch() => _tensor is { } tensor
        ? tensor.alias()
        : DenseTensor.Create(_shape, _channelsLast, values => _file!.Read(_offset, MemoryMarshal.AsBytes(values)));

    public void Dispose()
    {
        _tensor?.Dispose();
        _released?.Invoke();
        _file?.Free(_offset, _shape.Aggregate((long)sizeof(float), (product, size) => product * size));
    }
}
