import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/', 'public/', 'node_modules/'] },
  ...tseslint.configs.strict,
  hooks.configs.flat['recommended-latest'],
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-invalid-void-type': 'off',
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    // The page's parts: what decides knows neither React nor Firebase.
    files: ['src/model/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: ['react*', 'firebase*', '@firebase/*', '../service/*', '../hooks/*'] },
      ],
    },
  },
  {
    files: ['src/service/controllers/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: ['react*', 'firebase*', '@firebase/*'] }] },
  },
);
