using Orleans;

namespace Cluster.OrleansTests;

internal sealed class KeeperGrain : Grain, IKeeperGrain
{
    private Payload _payload = new();

    public Task KeepAsync(Payload payload)
    {
        _payload = payload;
        return Task.CompletedTask;
    }

    public Task<Payload> GetAsync() => Task.FromResult(_payload);

    public Task<Point> MoveAsync(Point point)
    {
        point.Marks.Add(point.X);
        return Task.FromResult(point with { X = point.X + 1 });
    }

    public Task<Shape> RenameAsync(Shape shape) =>
        Task.FromResult<Shape>(new Circle { Name = shape.Name + "!", Radius = ((Circle)shape).Radius });

    public Task<bool> IsSameAsync(Frozen frozen, object other) => Task.FromResult(ReferenceEquals(frozen, other));

    public Task<object?> EchoAsync(object? value) => Task.FromResult(value);

    public Task<object> BareAsync() => Task.FromResult<object>(new Bare());

    public Task<IKeeperGrain> ReferToAsync(IKeeperGrain other) => Task.FromResult(other);
}
