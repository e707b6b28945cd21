using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Runtimes;

/// <summary>A dense tensor of a run: element type, shape, and the elements in row-major order.</summary>
public sealed class OrtTensor
{
    private OrtTensor(ElementType type, long[] shape, Array data)
    {
        Type = type;
        Shape = shape;
        Data = data;
    }

    /// <summary>Element type.</summary>
    public ElementType Type { get; }

    /// <summary>Sizes of the dimensions; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Number of elements.</summary>
    public int Count => Data.Length;

    /// <summary>
    /// float[], byte[], sbyte[], ushort[], short[], int[], long[], bool[] or double[]: what <see cref="Type"/> says.
    /// </summary>
    internal Array Data { get; }

    /// <summary>A tensor over <paramref name="data"/> itself, without a copy.</summary>
    /// <typeparam name="T">float, byte, sbyte, ushort, short, int, long, bool or double.</typeparam>
    /// <exception cref="KernelException">The element type is none of these, or the shape asks for another number of
    /// elements.</exception>
    public static OrtTensor Of<T>(T[] data, params long[] shape)
        where T : unmanaged
    {
        long count = OrtShape.Count(shape);
        return count == data.Length
            ? new OrtTensor(OrtElement.Of(typeof(T)), shape, data)
            : throw new KernelException($"A tensor of shape {OrtShape.Text(shape)} has {count} elements, but {data.Length} were given.");
    }

    /// <summary>The elements, without a copy.</summary>
    /// <exception cref="KernelException"><typeparamref name="T"/> is not the element type.</exception>
    public ReadOnlySpan<T> Span<T>()
        where T : unmanaged
        => OrtElement.Of(typeof(T)) == Type
            ? (T[])Data
            : throw new KernelException($"A tensor of {Type} was read as {typeof(T).Name}.");

    internal static OrtTensor Allocate(ElementType type, long[] shape)
        => new(type, shape, OrtElement.NewArray(type, OrtShape.Count(shape)));
}
