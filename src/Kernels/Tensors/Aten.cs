using System.Collections.Concurrent;
using TorchSharp;

namespace Cluster.Kernels.Tensors;

/// <summary>
/// Every ATen operator by its name in libtorch's dispatcher, e.g. "aten::convolution" or, with its overload,
/// "aten::add.Tensor". Trailing arguments that are left out take the schema's defaults. Gradients are recorded as
/// usual. Thread-safe. An error in libtorch (a shape mismatch, say) is a <see cref="KernelException"/> with its text.
/// </summary>
public static unsafe class Aten
{
    private const int ArenaWords = 64;

    private static readonly ConcurrentDictionary<string, nint> Operators = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<(string Name, string Overload), nint> Overloads = new();

    /// <summary>
    /// Calls an operator that returns a tensor; of several results the first is returned and the others are freed.
    /// </summary>
    public static torch.Tensor Call(string op, params ReadOnlySpan<AtenValue> args) =>
        First(op, Invoke(op, Find(op), args, out int count), count);

    /// <inheritdoc cref="Call(string, ReadOnlySpan{AtenValue})"/>
    public static torch.Tensor Call(string op, string overload, params ReadOnlySpan<AtenValue> args) =>
        First(op, Invoke(op, Find(op, overload), args, out int count), count);

    /// <summary>Calls an operator that returns one number or boolean (as 0 or 1).</summary>
    public static double CallNumber(string op, string overload, params ReadOnlySpan<AtenValue> args)
    {
        NativeValue* results = Invoke(op, Find(op, overload), args, out int count);
        if (count == 1 && results[0].Tag is NativeTag.Integer or NativeTag.Boolean or NativeTag.Number)
        {
            return results[0].Tag == NativeTag.Number ? results[0].Number : results[0].Integer;
        }

        Release(results, count);
        throw new KernelException($"{op} was expected to return one number but did not; use Call.");
    }

    private static nint Find(string op) => Operators.GetOrAdd(op, static name =>
    {
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? Find(name, string.Empty) : Find(name[..dot], name[(dot + 1)..]);
    });

    private static nint Find(string op, string overload) => Overloads.GetOrAdd((op, overload), static key =>
    {
        nint found;
        Check(NativeMethods.ck_find(key.Name, key.Overload, &found), key.Name);
        return found;
    });

    private static NativeValue* Invoke(string name, nint op, ReadOnlySpan<AtenValue> args, out int count)
    {
        int words = 0;
        foreach (ref readonly AtenValue argument in args)
        {
            words += argument.Words;
        }

        NativeValue* values = stackalloc NativeValue[Math.Max(1, args.Length)];
        long* small = stackalloc long[ArenaWords];
        NativeValue* results;
        int resultCount;
        int status;
        fixed (long* large = words > ArenaWords ? new long[words] : null)
        {
            long* arena = large is null ? small : large;
            for (int i = 0; i < args.Length; i++)
            {
                args[i].Write(values + i, ref arena);
            }

            status = NativeMethods.ck_call(op, values, args.Length, &results, &resultCount);
        }

        // The finalizer of a tensor whose last use was its handle must not run during the call.
        foreach (ref readonly AtenValue argument in args)
        {
            GC.KeepAlive(argument.Reference);
        }

        Check(status, name);
        count = resultCount;
        return results;
    }

    private static torch.Tensor First(string op, NativeValue* results, int count)
    {
        if (count == 0 || results[0].Tag != NativeTag.Tensor || results[0].Pointer == 0)
        {
            Release(results, count);
            throw new KernelException($"{op} was expected to return a tensor but did not; use CallNumber.");
        }

        nint first = results[0].Pointer;
        Release(results + 1, count - 1);
        return torch.Tensor.UnsafeCreateTensor(first);
    }

    private static void Release(NativeValue* results, int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (results[i].Tag == NativeTag.Tensor)
            {
                NativeMethods.ck_tensor_dispose(results[i].Pointer);
            }
        }
    }

    private static void Check(int status, string name)
    {
        if (status != 0)
        {
            throw new KernelException($"{name} failed in libtorch: {NativeMethods.LastError()}");
        }
    }
}
