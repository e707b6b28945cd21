using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace TorchSharp.PInvoke;

/// <summary>Calls ATen operators by name through libtorch's dispatcher.</summary>
internal static unsafe class Operators
{
    private static readonly ConcurrentDictionary<(string Name, string Overload), nint> Known = new();

    /// <summary>Calls an operator whose first result is a tensor.</summary>
    internal static torch.Tensor Call(string name, string overload, params ReadOnlySpan<Argument> arguments)
    {
        NativeValue* results = Invoke(name, overload, arguments, out int count);
        torch.Tensor? first = null;
        for (int i = 0; i < count; i++)
        {
            if (results[i].Tag != NativeValue.Tensor || results[i].Pointer == 0)
            {
                continue;
            }

            if (first is null)
            {
                first = torch.Tensor.UnsafeCreateTensor(results[i].Pointer);
            }
            else
            {
                NativeMethods.ck_tensor_dispose(results[i].Pointer);
            }
        }

        return first ?? throw new ExternalException($"{name} returned no tensor.");
    }

    internal static bool CallBoolean(string name, string overload, params ReadOnlySpan<Argument> arguments)
    {
        NativeValue* results = Invoke(name, overload, arguments, out int count);
        return count == 1 && results[0].IntegerValue != 0;
    }

    private static NativeValue* Invoke(string name, string overload, ReadOnlySpan<Argument> arguments, out int count)
    {
        nint op = Known.GetOrAdd((name, overload), static key =>
        {
            nint found;
            NativeMethods.Check(NativeMethods.ck_find(key.Name, key.Overload, &found));
            return found;
        });
        int words = 0;
        foreach (ref readonly Argument argument in arguments)
        {
            words += argument.Words;
        }

        long[] lists = words > 64 ? new long[words] : [];
        long* small = stackalloc long[64];
        NativeValue* values = stackalloc NativeValue[Math.Max(1, arguments.Length)];
        NativeValue* results;
        int resultCount;
        int status;
        fixed (long* large = lists)
        {
            Fill(arguments, values, lists.Length == 0 ? small : large);
            status = NativeMethods.ck_call(op, values, arguments.Length, &results, &resultCount);
        }

        foreach (ref readonly Argument argument in arguments)
        {
            GC.KeepAlive(argument.Reference);
        }

        NativeMethods.Check(status);
        count = resultCount;
        return results;
    }

    private static void Fill(ReadOnlySpan<Argument> arguments, NativeValue* values, long* lists)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            ref readonly Argument argument = ref arguments[i];
            values[i] = new NativeValue { Tag = argument.Tag };
            switch (argument.Reference)
            {
                case torch.Tensor tensor:
                    values[i].Pointer = tensor.Handle;
                    break;
                case long[] list:
                    list.CopyTo(new Span<long>(lists, list.Length));
                    values[i].Count = list.Length;
                    values[i].Pointer = (nint)lists;
                    lists += list.Length;
                    break;
                case torch.Tensor[] list:
                    values[i].Count = list.Length;
                    values[i].Pointer = (nint)lists;
                    foreach (torch.Tensor tensor in list)
                    {
                        *lists++ = tensor.Handle;
                    }

                    break;
                case string text:
                    values[i].Count = System.Text.Encoding.ASCII.GetBytes(text, new Span<byte>(lists, argument.Words * sizeof(long)));
                    values[i].Pointer = (nint)lists;
                    lists += argument.Words;
                    break;
                default:
                    if (argument.Tag == NativeValue.Number)
                    {
                        values[i].NumberValue = argument.NumberValue;
                    }
                    else
                    {
                        values[i].IntegerValue = argument.IntegerValue;
                    }

                    break;
            }
        }
    }
}
