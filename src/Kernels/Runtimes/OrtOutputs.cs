using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Runtimes;

/// <summary>
/// What a run gave, where ONNX Runtime put it, until it is disposed: for outputs so large that copies would be what most memory goes to.
/// </summary>
public sealed unsafe class OrtOutputs : IDisposable
{
    private readonly OrtSession _session;
    private readonly OrtApi _api;
    private readonly nint[] _values;
    private readonly OrtInputValues? _inputs;
    private bool _isReleased;

    /// <param name="inputs">What is given back with the outputs, as an output may be an input itself; null: nothing.</param>
    internal OrtOutputs(OrtSession session, OrtApi api, nint[] values, OrtInputValues? inputs) =>
        (_session, _api, _values, _inputs) = (session, api, values, inputs);

    /// <summary>The elements of an output in row-major order, as long as this is not disposed.</summary>
    /// <typeparam name="T">float, byte, sbyte, ushort, short, int, long, bool or double.</typeparam>
    /// <param name="index">Its place among those asked for.</param>
    /// <exception cref="KernelException"><typeparamref name="T"/> is not its element type, or it is not a tensor.</exception>
    /// <exception cref="ObjectDisposedException">This is disposed.</exception>
    public ReadOnlySpan<T> Span<T>(int index)
        where T : unmanaged
    {
        ObjectDisposedException.ThrowIf(_isReleased, this);
        var (data, sizes, type) = OrtValueReader.Data(_api, _values[index]);
        return type == OrtElement.Of(typeof(T))
            ? new ReadOnlySpan<T>((void*)data, checked((int)OrtShape.Count(sizes)))
            : throw new KernelException($"A tensor of {type} was read as {typeof(T).Name}.");
    }

    /// <summary>Copies of all.</summary>
    internal IReadOnlyList<OrtTensor> Copies() => Array.ConvertAll(_values, value => OrtValueReader.Read(_api, value));

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        if (!_isReleased)
        {
            _isReleased = true;
            Array.ForEach(_values, _session.Release);
            _inputs?.Dispose();
        }
    }
}
