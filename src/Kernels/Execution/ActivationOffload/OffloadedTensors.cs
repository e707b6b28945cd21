using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.ActivationOffload;

/// <summary>
/// The content of <see cref="LiveTensors"/> at a cut of the network, stored until the next group runs: a group fetches the tensors it
/// reads, and the tensors it adds are stored too. Not thread-safe.
/// </summary>
internal sealed class OffloadedTensors(SpillSpace space) : IDisposable
{
    private readonly Dictionary<(string Name, bool IsView), OffloadedTensor> _tensors = [];

    /// <summary>Takes ownership.</summary>
    public void Offload(string name, Tensor tensor) => Put((name, false), new OffloadedTensor(space, tensor));

    /// <summary>Takes over all tensors that a run owns.</summary>
    public void Offload(LiveTensors run) => run.HandOver(Offload, (name, view) => Put((name, true), new OffloadedTensor(space, view)));

    /// <summary>The named tensors that are stored here, with their views. The caller disposes them.</summary>
    public LiveTensors Fetch(IEnumerable<string> names)
    {
        var live = new LiveTensors();
        try
        {
            foreach (string name in names)
            {
                if (_tensors.TryGetValue((name, false), out var tensor))
                {
                    live.Set(name, tensor.Fetch());
                }

                if (_tensors.TryGetValue((name, true), out var view))
                {
                    live.SetView(name, view.Fetch());
                }
            }

            return live;
        }
        catch
        {
            live.Dispose();
            throw;
        }
    }

    /// <summary>All tensors stored here. The caller disposes them.</summary>
    public LiveTensors Fetch() => Fetch(_tensors.Keys.Select(key => key.Name).Distinct(StringComparer.Ordinal));

    /// <summary>Takes over all tensors of another instance.</summary>
    public void Absorb(OffloadedTensors other)
    {
        foreach (var (key, offloaded) in other._tensors)
        {
            Put(key, offloaded);
        }

        other._tensors.Clear();
    }

    /// <summary>Drops a tensor and its view.</summary>
    public void Drop(string name)
    {
        Drop((name, false));
        Drop((name, true));
    }

    public void Dispose()
    {
        _tensors.Values.DisposeAll();

        _tensors.Clear();
    }

    private void Put((string Name, bool IsView) key, OffloadedTensor offloaded)
    {
        Drop(key);
        _tensors[key] = offloaded;
    }

    private void Drop((string Name, bool IsView) key)
    {
        if (_tensors.Remove(key, out var offloaded))
        {
            offloaded.Dispose();
        }
    }
}

/// <summary>A tensor in a <see cref="SpillSpace"/>: kept as a tensor while there is memory, else stored as a block.</summary>
internal sealed class OffloadedTensor : IDisposable
{
    private readonly Tensor? _tensor;
    private readonly Action? _release;
    private readonly SpillBlock? _block;
    private readonly long[] _shape = [];
    private readonly bool _channelsLast;

    /// <summary>Takes ownership of a tensor on the processor; an integer tensor, such as tokens, is small and stays in memory.</summary>
    /// <exception cref="IOException">The disk is full.</exception>
    public OffloadedTensor(SpillSpace space, Tensor tensor)
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
