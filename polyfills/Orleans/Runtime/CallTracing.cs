using System.Diagnostics;

namespace Orleans.Runtime;

/// <summary>Spans around calls, under the package's source names, where <c>AddActivityPropagation</c> asked for them.</summary>
internal sealed class CallTracing(bool enabled)
{
    private static readonly ActivitySource Application = new("Microsoft.Orleans.Application", "1.0.0");
    private static readonly ActivitySource Runtime = new("Microsoft.Orleans.Runtime", "1.0.0");

    public Activity? StartClient(Type face, MethodShape shape, GrainId target) =>
        Start(ActivityKind.Client, face, shape.Method.Name, target, source: null, parent: default);

    public Activity? StartServer(MethodRequest request, GrainId target, ActivityContext parent) =>
        Start(ActivityKind.Server, request.GetInterfaceType(), request.GetMethodName(), target, request.Source, parent);

    private Activity? Start(ActivityKind kind, Type face, string method, GrainId target, GrainId? source, ActivityContext parent)
    {
        if (!enabled)
        {
            return null;
        }

        var sources = face.Namespace?.StartsWith("Orleans", StringComparison.Ordinal) == true ? Runtime : Application;
        var span = sources.StartActivity($"{face.Name}/{method}", kind, parent);
        span?.SetTag("rpc.system", "orleans").SetTag("rpc.service", face.FullName).SetTag("rpc.method", method)
            .SetTag("rpc.orleans.target_id", target.ToString());
        return source is { } id ? span?.SetTag("rpc.orleans.source_id", id.ToString()) : span;
    }
}
