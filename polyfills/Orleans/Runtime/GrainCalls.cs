using Orleans.Configuration;

namespace Orleans.Runtime;

/// <summary>Turns a call of a reference into a request: copies the arguments, sends, waits as long as configured.</summary>
internal sealed class GrainCalls(Func<LocalSilo> silo, Func<MessagingOptions> options)
{
    public LocalSilo Silo => silo();

    public object? Invoke(GrainReference reference, MethodShape shape, Type face, object?[] arguments)
    {
        var target = Silo;
        var copies = Copy(target, shape, arguments);
        var token = shape.CancellationIndex < 0 ? CancellationToken.None : (CancellationToken)arguments[shape.CancellationIndex]!;
        if (shape.ElementType is { } element)
        {
            return Activator.CreateInstance(typeof(GrainEnumerable<>).MakeGenericType(element), reference, shape, copies, token);
        }

        return shape.ToResult(CallAsync(target, reference.GrainId, face, shape, copies, token));
    }

    /// <summary>A snapshot of the request context, copied like an argument.</summary>
    public static IReadOnlyDictionary<string, object>? Context(LocalSilo silo) =>
        RequestContext.Snapshot()?.ToDictionary(pair => pair.Key, pair => silo.Copier.Copy(pair.Value)!, StringComparer.Ordinal);

    private static object?[] Copy(LocalSilo silo, MethodShape shape, object?[] arguments)
    {
        var copies = new object?[arguments.Length];
        for (var index = 0; index < copies.Length; index++)
        {
            // A grain that passes itself passes its reference, as the declared interface.
            var argument = arguments[index] is IGrainBase and IAddressable grain
                ? GrainExtensions.ReferenceOf((IAddressable)grain).As(shape.Method.GetParameters()[index].ParameterType)
                : arguments[index];
            copies[index] = shape.IsImmutable[index] ? argument : silo.Copier.Copy(argument);
        }

        return copies;
    }

    private async Task<object?> CallAsync(LocalSilo target, GrainId id, Type face, MethodShape shape, object?[] arguments, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        using var span = target.Tracing.StartClient(face, shape, id);
        var request = new MethodRequest(target, id, face, shape, arguments)
        {
            Context = Context(target),
            AlwaysInterleave = shape.AlwaysInterleave,
            ReadOnly = shape.ReadOnly,
            OneWay = shape.OneWay,
            Parent = System.Diagnostics.Activity.Current?.Context ?? default,
        };
        target.Dispatch(id, request);
        if (shape.OneWay)
        {
            return null;
        }

        var messaging = options();
        request.TimeOutAfter(shape.ResponseTimeout ?? messaging.ResponseTimeout, messaging.CancelRequestOnTimeout, target.Time);
        request.CancelWith(token);
        try
        {
            return await request.Task;
        }
        catch (Exception failure)
        {
            span?.SetStatus(System.Diagnostics.ActivityStatusCode.Error, failure.Message);
            throw;
        }
    }
}
