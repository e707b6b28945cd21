using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Parking;

/// <summary>A tensor in a <see cref="SpillSpace"/>: kept as a tensor while there is memory, else stored as a block.</summary>
internal sealed class ParkedTensor : IDisposable
{
    private readonly Tensor? _tensor;
    private readonly Action? _release;
    private readonly SpillBlock? _block;
    private readonly long[] _shape = [];
    private readonly bool _channelsLast;

    /// <summary>Takes ownership of a tensor on the processor; an integer tensor, such as tokens, is small and stays in memory.</summary>
    /// <exception cref="IOException">The disk is full.</exception>
    public ParkedTensor(SpillSpace space, Tensor tensor)
    {
        long bytes = tensor.dtype == ScalarType.Float32 ? tensor.NumberOfElements * sizeof(float) : 0;
        if (space.TryReserve(bytes))
        {
            (_tensor, _release) = (tensor, () => space.Return(bytes));
            return;
        }

        using (tensor)
        {
            using var memory = new DenseMemory(tensor);
            _block = space.Keep(MemoryMarshal.AsBytes(memory.Values));
            (_shape, _channelsLast) = (tensor.shape, memory.IsChannelsLast);
        }
    }

    /// <summary>The same bits in the same memory format; the caller disposes it and must not write to it.</summary>
    public Tensor Fetch() =>
        _tensor?.alias() ?? DenseTensor.Create(_shape, _channelsLast, values => _block!.Read(0, MemoryMarshal.AsBytes(values)));

    public void Dispose()
    {
        _tensor?.Dispose();
        _release?.Invoke();
        _block?.Dispose();
    }
}
