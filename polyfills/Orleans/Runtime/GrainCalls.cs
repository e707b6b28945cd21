using Orleans.Configuration;

namespace Orleans.Runtime;

/// <summary>Turns a call of a reference into a request: copies the arguments, sends, waits as long as configured.</summary>
internal sealed class GrainCalls(LocalSilo silo, MessagingOptions options)
{
    public LocalSilo Silo => silo;

    public object? Invoke(GrainReference reference, MethodShape shape, Type face, object?[] arguments)
    {
        var copies = Copy(shape, arguments);
        var token = shape.CancellationIndex < 0 ? CancellationToken.None : (CancellationToken)arguments[shape.CancellationIndex]!;
        return shape.ToResult(CallAsync(reference.GrainId, face, shape, copies, token));
    }

    private object?[] Copy(MethodShape shape, object?[] arguments)
    {
        var copies = new object?[arguments.Length];
        for (var index = 0; index < copies.Length; index++)
        {
            // A grain that passes itself passes its reference, as the declared interface.
            var argument = arguments[index] is IGrainBase and IAddressable
                ? silo.Factory.Reference(
                    ((IGrainBase)arguments[index]!).GrainContext.GrainId, shape.Method.GetParameters()[index].ParameterType)
                : arguments[index];
            copies[index] = shape.IsImmutable[index] ? argument : silo.Copier.Copy(argument);
        }

        return copies;
    }

    private async Task<object?> CallAsync(GrainId id, Type face, MethodShape shape, object?[] arguments, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        var request = new Request(silo, id, face, shape, arguments);
        silo.Dispatch(id, request);
        request.TimeOutAfter(options.ResponseTimeout, silo.Time);
        request.CancelWith(token);
        return await request.Task;
    }
}
