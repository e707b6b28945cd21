using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Parking;

/// <summary>
/// Where tensors lie between two steps of work: in memory up to a number of bytes, beyond it in a temporary file. What is
/// fetched is the same bits either way. One may serve any number of works at once. What its tensors leave of that memory is kept for the
/// next ones, once it is freed: each group puts away about what the one before it took out. Thread-safe.
/// </summary>
public sealed class TensorSpace : IDisposable
{
    private readonly SpillRoom _room;
    private long _widened;

    /// <param name="bytes">Of tensors in memory; <see cref="long.MaxValue"/> is no limit, and keeps nothing more than usual.</param>
    /// <param name="folder">Where the file is made once it is needed.</param>
    public TensorSpace(long bytes, string folder)
    {
        _room = new SpillRoom(bytes, folder);
        _widened = bytes == long.MaxValue ? 0 : bytes;
        if (_widened > 0)
        {
            TorchSettings.WidenRoom(_widened);
        }
    }

    /// <summary>Memory alone, without a limit.</summary>
    public static TensorSpace Memory { get; } = new(long.MaxValue, Path.GetTempPath());

    /// <summary>Bytes that lie in the file now.</summary>
    public long Spilled => _room.Spilled;

    /// <summary>Removes the file, and gives the system what is kept.</summary>
    public void Dispose()
    {
        _room.Dispose();
        if (Interlocked.Exchange(ref _widened, 0) is > 0 and var widened)
        {
            TorchSettings.WidenRoom(-widened);
        }
    }

    /// <summary>Takes ownership of a tensor on the processor; one of integers, such as tokens, is small and stays in memory.</summary>
    internal ParkedTensor Park(Tensor tensor)
    {
        if (tensor.dtype != ScalarType.Float32)
        {
            return new ParkedTensor(tensor, static () => { });
        }

        long size = tensor.NumberOfElements * sizeof(float);
        if (_room.TryReserve(size))
        {
            return new ParkedTensor(tensor, () => _room.Return(size));
        }

        using (tensor)
        {
            return new ParkedTensor(tensor, _room.File);
        }
    }
}
