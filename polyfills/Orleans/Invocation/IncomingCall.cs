using System.Reflection;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace Orleans;

/// <summary>Walks a request through the filters to its grain.</summary>
internal sealed class IncomingCall(MethodRequest request, Activation activation, IReadOnlyList<IIncomingGrainCallFilter> filters) : IIncomingGrainCallContext
{
    private int _next;

    public IInvokable Request => request;

    public object Grain => activation.GrainInstance!;

    public GrainId? SourceId => request.Source;

    public GrainId TargetId => activation.GrainId;

    public string InterfaceName => request.GetInterfaceName();

    public string MethodName => request.GetMethodName();

    public MethodInfo InterfaceMethod => request.GetMethod();

    public object? Result { get; set; }

    public IGrainContext TargetContext => activation;

    public MethodInfo ImplementationMethod
    {
        get
        {
            var face = InterfaceMethod.IsGenericMethod ? InterfaceMethod.GetGenericMethodDefinition() : InterfaceMethod;
            var map = Grain.GetType().GetInterfaceMap(InterfaceMethod.DeclaringType!);
            return map.TargetMethods[Array.IndexOf(map.InterfaceMethods, face)];
        }
    }

    public async Task Invoke()
    {
        if (_next < filters.Count)
        {
            await filters[_next++].Invoke(this);
            return;
        }

        if (_next++ == filters.Count && Grain is IIncomingGrainCallFilter own)
        {
            await own.Invoke(this);
            return;
        }

        Result = await request.CallAsync(Grain);
    }
}
