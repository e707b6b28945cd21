namespace Orleans.Runtime;

/// <summary>Work of the runtime's own in an activation: a timer's tick, a step of an enumeration.</summary>
internal sealed class TurnRequest(string name, Func<Activation, Task<object?>> body) : Request
{
    public override Task<object?> RunAsync(Activation activation) => body(activation);

    public override string ToString() => name;
}
