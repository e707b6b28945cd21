using Orleans.Runtime;

namespace Orleans;

/// <summary>Walks a request through the filters to its grain.</summary>
internal sealed class IncomingCall(
    Request request, Activation activation, IReadOnlyList<IIncomingGrainCallFilter> filters) : IIncomingGrainCallContext
{
    private int _next;

    public object Grain => activation.GrainInstance!;

    public GrainId TargetId => activation.GrainId;

    public string InterfaceName => request.InterfaceName;

    public string MethodName => request.MethodName;

    public object? Result { get; set; }

    public async Task Invoke()
    {
        if (_next < filters.Count)
        {
            await filters[_next++].Invoke(this);
            return;
        }

        Result = await request.CallAsync(Grain);
    }
}
