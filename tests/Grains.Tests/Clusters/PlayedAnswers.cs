using System.Collections.Concurrent;
using System.Reflection;
using Orleans;
using Orleans.Serialization.Invocation;

namespace Cluster.Grains.Tests.Clusters;

/// <summary>Answers calls of the product's grains in their stead, and keeps what they were given.</summary>
internal sealed class PlayedAnswers(Func<Type, object?> answer) : IIncomingGrainCallFilter
{
    private static readonly MethodInfo FromResult = typeof(Response).GetMethod(nameof(Response.FromResult))!;

    /// <summary>The arguments of the last call of each method.</summary>
    public ConcurrentDictionary<MethodInfo, object?[]> Given { get; } = new();

    /// <summary>Thrown in place of an answer.</summary>
    public Exception? Failure { get; set; }

    public Task Invoke(IIncomingGrainCallContext context)
    {
        var method = context.InterfaceMethod;
        if (!EveryCallTests.Methods.Contains(method))
        {
            return context.Invoke();
        }

        Given[method] = [.. Enumerable.Range(0, context.Request.GetArgumentCount()).Select(context.Request.GetArgument)];
        if (Failure is not null)
        {
            throw Failure;
        }

        // Of the declared type, as a grain's own answer is.
        context.Response = EveryCallTests.AnswerOf(method) is { } type
            ? (Response)FromResult.MakeGenericMethod(type).Invoke(obj: null, [answer(type)])!
            : Response.Completed;
        return Task.CompletedTask;
    }
}
