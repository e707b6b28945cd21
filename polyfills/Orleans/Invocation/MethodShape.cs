using System.Collections.Concurrent;
using System.Reflection;
using Orleans.Concurrency;

namespace Orleans;

/// <summary>What the runtime needs to know of a grain interface's method, found once.</summary>
internal sealed class MethodShape
{
    private static readonly ConcurrentDictionary<MethodInfo, MethodShape> Cache = new();

    private readonly Func<object?, Task<object?>> _fromResult;
    private readonly Func<Task<object?>, object?> _toResult;

    private MethodShape(MethodInfo method)
    {
        Method = method;
        var parameters = method.GetParameters();
        IsImmutable = Array.ConvertAll(parameters, parameter => parameter.IsDefined(typeof(ImmutableAttribute)));
        CancellationIndex = Array.FindIndex(parameters, parameter => parameter.ParameterType == typeof(CancellationToken));
        AlwaysInterleave = method.IsDefined(typeof(AlwaysInterleaveAttribute));

        var type = method.ReturnType;
        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        ResultType = definition == typeof(Task<>) || definition == typeof(ValueTask<>) ? type.GetGenericArguments()[0] : null;
        if (type == typeof(Task))
        {
            (_fromResult, _toResult) = (static result => Boxed((Task)result!), static task => task);
        }
        else if (type == typeof(ValueTask))
        {
            (_fromResult, _toResult) = (static result => Boxed(((ValueTask)result!).AsTask()), static task => new ValueTask(task));
        }
        else if (ResultType is not null)
        {
            var value = definition == typeof(ValueTask<>);
            _fromResult = Generic<Func<object?, Task<object?>>>(value ? nameof(BoxedValue) : nameof(BoxedTask));
            _toResult = Generic<Func<Task<object?>, object?>>(value ? nameof(UnboxedValue) : nameof(Unboxed));
        }
        else
        {
            throw new NotSupportedException($"{method.DeclaringType}.{method.Name} returns {type}: "
                + "grain methods return Task, Task<T>, ValueTask or ValueTask<T>.");
        }
    }

    public MethodInfo Method { get; }

    public bool[] IsImmutable { get; }

    /// <summary>Position of the token parameter, or -1.</summary>
    public int CancellationIndex { get; }

    public bool AlwaysInterleave { get; }

    public Type? ResultType { get; }

    public static MethodShape Of(MethodInfo method) => Cache.GetOrAdd(method, static key => new MethodShape(key));

    public async Task<object?> CallAsync(object target, object?[] arguments) =>
        await _fromResult(Method.Invoke(target, BindingFlags.DoNotWrapExceptions, binder: null, arguments, culture: null));

    public object? ToResult(Task<object?> task) => _toResult(task);

    private static async Task<object?> Boxed(Task task)
    {
        await task;
        return null;
    }

    private static async Task<object?> BoxedTask<T>(object? task) => await (Task<T>)task!;

    private static async Task<object?> BoxedValue<T>(object? task) => await (ValueTask<T>)task!;

    private static object Unboxed<T>(Task<object?> task) => Await<T>(task);

    private static object UnboxedValue<T>(Task<object?> task) => new ValueTask<T>(Await<T>(task));

    private static async Task<T> Await<T>(Task<object?> task) => (T)(await task)!;

    private TDelegate Generic<TDelegate>(string name)
        where TDelegate : Delegate =>
        typeof(MethodShape).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(ResultType!)
            .CreateDelegate<TDelegate>();
}
