namespace Orleans.Serialization;

/// <summary>One copy in progress: what was copied already stays one object, cycles included.</summary>
internal sealed class CopyContext(DeepCopier copier)
{
    private readonly Dictionary<object, object> _copies = new(ReferenceEqualityComparer.Instance);

    public T Copy<T>(T value) => (T)CopyObject(value)!;

    public object? CopyObject(object? value)
    {
        if (value is null)
        {
            return null;
        }

        return _copies.TryGetValue(value, out var copy) ? copy : copier.CopierOf(value.GetType())(value, this);
    }

    public void Record(object original, object copy)
    {
        if (!original.GetType().IsValueType)
        {
            _copies[original] = copy;
        }
    }
}
