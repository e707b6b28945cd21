using System.Collections;
using TorchSharp.PInvoke;

namespace TorchSharp.Utils;

/// <summary>Reads the elements of a tensor on the CPU in row-major order.</summary>
public sealed class TensorAccessor<T> : IDisposable, IEnumerable<T>
    where T : unmanaged
{
    private readonly torch.Tensor _tensor;

    internal TensorAccessor(torch.Tensor tensor) => _tensor = tensor;

    public long Count => _tensor.numel();

    internal static torch.ScalarType ElementType => default(T) switch
    {
        float => torch.ScalarType.Float32,
        double => torch.ScalarType.Float64,
        long => torch.ScalarType.Int64,
        int => torch.ScalarType.Int32,
        short => torch.ScalarType.Int16,
        byte => torch.ScalarType.Byte,
        sbyte => torch.ScalarType.Int8,
        bool => torch.ScalarType.Bool,
        Half => torch.ScalarType.Float16,
        _ => throw new ArgumentException($"Tensors of {typeof(T).Name} are not supported.", nameof(T)),
    };

    public T this[params long[] indices]
    {
        get
        {
            long[] strides = _tensor.stride();
            long offset = 0;
            if (indices.Length == 1 && strides.Length != 1)
            {
                return ToArray()[indices[0]];
            }

            for (int i = 0; i < indices.Length; i++)
            {
                offset += indices[i] * strides[i];
            }

            unsafe
            {
                return ((T*)_tensor.DataPointer())[offset];
            }
        }
    }

    public unsafe T[] ToArray()
    {
        T[] result = new T[Count];
        fixed (T* first = result)
        {
            NativeMethods.Check(NativeMethods.ck_tensor_to_memory(_tensor.Handle, first, (long)result.Length * sizeof(T)));
        }

        GC.KeepAlive(_tensor);
        return result;
    }

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)ToArray()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The tensor stays with whoever owns it.</summary>
    public void Dispose()
    {
    }
}
