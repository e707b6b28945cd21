using System.Reflection;

namespace Orleans.Serialization;

/// <summary>The classes with <see cref="RegisterConverterAttribute"/>, by the type that they carry.</summary>
internal sealed class Converters
{
    private readonly Dictionary<Type, Type> _byValue = [];

    public Converters(IEnumerable<Type> types)
    {
        foreach (var type in types.Where(type => type.IsDefined(typeof(RegisterConverterAttribute), inherit: false)))
        {
            foreach (var face in type.GetInterfaces().Where(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IConverter<,>)))
            {
                _byValue[face.GetGenericArguments()[0]] = type;
            }
        }
    }

    public bool Has(Type value) => _byValue.ContainsKey(value);

    public Func<object, CopyContext, object>? For(Type value)
    {
        if (!_byValue.TryGetValue(value, out var converter))
        {
            return null;
        }

        var surrogate = Array.Find(converter.GetInterfaces(), face =>
            face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IConverter<,>) && face.GetGenericArguments()[0] == value)!.GetGenericArguments()[1];
        return (Func<object, CopyContext, object>)typeof(Converters).GetMethod(nameof(Through), BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(value, surrogate).Invoke(null, [Activator.CreateInstance(converter)])!;
    }

    private static Func<object, CopyContext, object> Through<TValue, TSurrogate>(IConverter<TValue, TSurrogate> converter)
        where TValue : notnull
        where TSurrogate : struct =>
        (value, context) => converter.ConvertFromSurrogate(context.Copy(converter.ConvertToSurrogate((TValue)value)));
}
