using System.Diagnostics;
using System.Reflection;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>A call of a grain's method.</summary>
internal sealed class MethodRequest(LocalSilo silo, GrainId target, Type face, MethodShape shape, object?[] arguments) : Request, IInvokable
{
    private CancellationTokenSource? _cancellation;

    /// <summary>The caller's span, where calls are traced.</summary>
    public ActivityContext Parent { get; init; }

    public override async Task<object?> RunAsync(Activation activation)
    {
        if (shape.CancellationIndex >= 0)
        {
            _cancellation = new CancellationTokenSource();
            arguments[shape.CancellationIndex] = _cancellation.Token;
        }

        using var span = silo.Tracing.StartServer(this, target, Parent);
        try
        {
            var call = new IncomingCall(this, activation, silo.Filters);
            await call.Invoke();
            return silo.Copier.Copy(call.Result);
        }
        catch (Exception failure)
        {
            span?.SetStatus(ActivityStatusCode.Error, failure.Message);
            throw;
        }
        finally
        {
            _cancellation?.Dispose();
            _cancellation = null;
        }
    }

    public Task<object?> CallAsync(object grain) => shape.CallAsync(grain, arguments);

    public override void SignalCancellation() => _cancellation?.Cancel();

    public int GetArgumentCount() => arguments.Length;

    public object? GetArgument(int index) => arguments[index];

    public void SetArgument(int index, object? value) => arguments[index] = value;

    public string GetMethodName() => shape.Method.Name;

    public string GetInterfaceName() => face.FullName ?? face.Name;

    public Type GetInterfaceType() => face;

    public MethodInfo GetMethod() => shape.Method;

    public override string ToString() => $"{face.Name}[{target}].{shape.Method.Name}";
}
